#include "common/llm/traffic/token_bucket.h"

#include <algorithm>
#include <cmath>

namespace argosy::llm {
namespace {

constexpr double kNanosPerMinute = 60e9;
// A minute's limit is back after one, whatever a header says. One of a day, too, is tried again then: the refusal says how long it lasts.
constexpr Instant kLongestEmpty = std::chrono::minutes(1);
// What takes longer to be full again is the limit of an hour or a day, under the same header. Not less: clocks differ.
constexpr std::chrono::milliseconds kLongestMinute = std::chrono::minutes(10);

}  // namespace

void TokenBucket::fill(Instant now) {
  if (now > filled_) left_ = std::min(per_minute_, left_ + per_minute_ * static_cast<double>((now - filled_).count()) / kNanosPerMinute);
  filled_ = std::max(filled_, now);
}

Instant TokenBucket::wait(std::int64_t amount, Instant now) {
  const Instant empty_for = std::max(empty_until_ - now, Instant::zero());
  if (per_minute_ <= 0) return empty_for;
  fill(now);
  const double missing = std::min(static_cast<double>(amount), per_minute_) - left_;
  const Instant until_enough(missing <= 0 ? 0 : static_cast<std::int64_t>(std::ceil(missing / per_minute_ * kNanosPerMinute)));
  return std::max(until_enough, empty_for);
}

void TokenBucket::take(std::int64_t amount, Instant now) {
  if (per_minute_ <= 0) return;
  fill(now);
  left_ -= static_cast<double>(amount);
}

// Once known for a day's, a limit stays one: when little of it is used, it is full again within minutes.
bool TokenBucket::is_a_minutes(const Allowance& allowance) {
  if (allowance.full_again && *allowance.full_again > kLongestMinute) a_days_ = allowance.limit.value_or(0);
  return a_days_ != allowance.limit.value_or(0);
}

void TokenBucket::set_limit(std::int64_t named, Instant now) {
  const auto limit = static_cast<double>(configured_ > 0 && (named <= 0 || named > configured_) ? configured_ : named);
  if (limit == per_minute_) return;
  fill(now);
  if (per_minute_ <= 0) left_ = limit;
  filled_ = now;
  per_minute_ = limit;
  left_ = std::min(left_, per_minute_);
}

void TokenBucket::learn(const Allowance& allowance, Instant now) {
  if (!allowance.limit && !allowance.remaining) return;
  const bool counts = is_a_minutes(allowance);
  if (!counts) {
    set_limit(configured_, now);
  } else if (allowance.limit && *allowance.limit > 0) {
    set_limit(*allowance.limit, now);
  }
  // The vendor knows of other processes with this key. What is on its way to it from here it does not know: never more than we think.
  if (counts && per_minute_ > 0 && allowance.remaining) {
    fill(now);
    left_ = std::min(left_, static_cast<double>(*allowance.remaining));
  }
  if (allowance.remaining && *allowance.remaining <= 0 && allowance.full_again)
    empty_until_ = std::max(empty_until_, now + std::min(Instant(*allowance.full_again), kLongestEmpty));
}

}  // namespace argosy::llm
