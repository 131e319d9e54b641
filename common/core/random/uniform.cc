#include "common/core/random/uniform.h"

#include <cstdint>
#include <cstring>
#include <random>

#include "common/core/crypto.h"

namespace argosy {
namespace {

// By one call of the kernel: std::random_device shows in the profile where many threads begin.
std::uint64_t seed() {
  std::uint64_t value = 0;
  const auto bytes = crypto::random_bytes(sizeof value);
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

}  // namespace

double uniform() {
  thread_local std::mt19937_64 engine{seed()};
  return std::uniform_real_distribution<double>(0, 1)(engine);
}

}  // namespace argosy
