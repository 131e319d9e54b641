// How often and when steps are tried again: the settings as the rules of common/tasks take them, and the chance in their waits.
#pragma once

#include <cstdint>
#include <cstring>
#include <random>

#include "common/config/settings.h"
#include "common/core/crypto.h"
#include "common/tasks/retry_policy.h"

namespace argosy::runtime {

inline tasks::RetryPolicy policy_of(const config::Settings& settings) {
  tasks::RetryPolicy policy;
  policy.fast_retries = static_cast<int>(settings.fast_retries);
  policy.max_attempts = static_cast<int>(settings.max_attempts);
  policy.fast_base = settings.retry_base;
  policy.parked_base = settings.parked_base;
  return policy;
}

inline std::uint64_t seed() {
  std::uint64_t value = 0;
  const auto bytes = crypto::random_bytes(sizeof value);
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

// From 0 to 1. Any thread.
inline double uniform() {
  // Seeded by one call of the kernel: std::random_device shows in the profile of many threads that begin.
  thread_local std::mt19937_64 engine{seed()};
  return std::uniform_real_distribution<double>(0, 1)(engine);
}

}  // namespace argosy::runtime
