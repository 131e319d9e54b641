// When a failed attempt runs again. The category decides, by table: A is retried with full jitter, then parked; B, C and D are not
// retried by the engine. Pure: randomness and time come in as arguments. Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "common/core/error.h"

namespace argosy::tasks {

struct RetryPolicy {
  int fast_retries = 3;                           // with short waits
  int max_attempts = 12;                          // then the step is a dead letter
  std::chrono::milliseconds fast_base{500};       // the first wait is drawn from [0, 500 ms], doubling
  std::chrono::milliseconds parked_base{30'000};  // after the fast retries: drawn from [base/2, base], doubling
  std::chrono::milliseconds max_wait{15 * 60'000};
};

// How long to wait before attempt number `attempts` + 1, or nothing when the step has failed for good. `attempts` counts those that
// ran, the failed one included; `random` is uniform in [0, 1). A Retry-After of the error is a lower bound.
std::optional<std::chrono::milliseconds> retry_delay(const RetryPolicy& policy, const Error& error, int attempts, double random);

}  // namespace argosy::tasks
