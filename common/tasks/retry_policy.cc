#include "common/tasks/retry_policy.h"

#include <algorithm>

namespace argosy::tasks {
namespace {

using std::chrono::milliseconds;

constexpr int kLargestDoubling = 20;  // enough to reach any max_wait, too small to overflow

milliseconds doubled(milliseconds base, int times, milliseconds bound) {
  return std::min(base * (std::int64_t{1} << std::clamp(times, 0, kLargestDoubling)), bound);
}

milliseconds part(milliseconds whole, double share) {
  return milliseconds(static_cast<std::int64_t>(static_cast<double>(whole.count()) * share));
}

}  // namespace

std::optional<milliseconds> retry_delay(const RetryPolicy& policy, const Error& error, int attempts, double random) {
  if (error.category != Category::transient || attempts >= policy.max_attempts) return std::nullopt;
  milliseconds wait{};
  if (attempts <= policy.fast_retries) {
    // Full jitter: attempts that failed together do not come back together.
    wait = part(doubled(policy.fast_base, attempts - 1, policy.max_wait), random);
  } else {
    // The other side is down for longer: never come back at once.
    const milliseconds most = doubled(policy.parked_base, attempts - policy.fast_retries - 1, policy.max_wait);
    wait = part(most, 0.5 + random / 2);
  }
  // What the other side asked for counts, but a mistaken header must not park a step for a year.
  if (error.retry_after) wait = std::max(wait, std::min(*error.retry_after, policy.max_wait));
  return wait;
}

}  // namespace argosy::tasks
