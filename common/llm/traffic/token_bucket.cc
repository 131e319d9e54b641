#include "common/llm/traffic/token_bucket.h"

#include <algorithm>
#include <cmath>

namespace argosy::llm {
namespace {

constexpr double kNanosPerMinute = 60e9;
constexpr Instant kLongestEmpty = std::chrono::minutes(1);  // a minute's limit is back after one, whatever a header says

}  // namespace

void TokenBucket::fill(Instant now) {
  if (now > filled_) left_ = std::min(capacity(), left_ + per_minute_ * static_cast<double>((now - filled_).count()) / kNanosPerMinute);
  filled_ = std::max(filled_, now);
}

Instant TokenBucket::wait(std::int64_t amount, Instant now) {
  if (per_minute_ <= 0) return Instant::zero();
  fill(now);
  const double missing = std::min(static_cast<double>(amount), capacity()) - left_;
  const Instant until_enough(missing <= 0 ? 0 : static_cast<std::int64_t>(std::ceil(missing / per_minute_ * kNanosPerMinute)));
  return std::max({until_enough, empty_until_ - now, Instant::zero()});
}

void TokenBucket::take(std::int64_t amount, Instant now) {
  if (per_minute_ <= 0) return;
  fill(now);
  left_ -= static_cast<double>(amount);
}

void TokenBucket::learn(const Allowance& allowance, Instant now) {
  if (per_minute_ <= 0) {
    if (!allowance.limit || *allowance.limit <= 0) return;
    per_minute_ = static_cast<double>(*allowance.limit);
    left_ = capacity();
    filled_ = now;
  }
  fill(now);
  // The vendor knows of other processes with this key. What is on its way to it from here it does not know: never more than we think.
  if (allowance.remaining) left_ = std::min(left_, static_cast<double>(*allowance.remaining));
  if (allowance.remaining && *allowance.remaining <= 0 && allowance.full_again)
    empty_until_ = std::max(empty_until_, now + std::min(Instant(*allowance.full_again), kLongestEmpty));
}

}  // namespace argosy::llm
