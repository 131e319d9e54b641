// How often and when steps are tried again: the settings as the rules of common/tasks take them.
#pragma once

#include "common/config/settings.h"
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

}  // namespace argosy::runtime
