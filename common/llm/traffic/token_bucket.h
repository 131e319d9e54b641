// How much of a limit a minute is left: it fills evenly, and answers of the vendor correct it. Used by RateLimit. Pure: time comes in as an
// argument; one thread at a time.
#pragma once

#include <cstdint>
#include <optional>

#include "common/llm/faults/retry_after.h"
#include "common/llm/traffic/breaker.h"

namespace argosy::llm {

class TokenBucket {
 public:
  // `configured` is a minute's and never passed, whatever an answer says. 0: no limit, until an answer names one.
  explicit TokenBucket(std::int64_t configured)
      : configured_(configured), per_minute_(static_cast<double>(configured)), left_(per_minute_) {}

  // How long until `amount` may be taken; zero: now. More than it ever holds may be taken when it is full, or it never could be.
  Instant wait(std::int64_t amount, Instant now);
  void take(std::int64_t amount, Instant now);  // may go below zero: what was sent was sent
  void learn(const Allowance& allowance, Instant now);

 private:
  bool is_a_minutes(const Allowance& allowance);
  void set_limit(std::int64_t named, Instant now);
  void fill(Instant now);

  std::int64_t configured_;
  std::optional<std::int64_t> a_days_;  // the limit that turned out to be one of more than a minute
  double per_minute_;
  double left_;
  Instant filled_{};
  Instant empty_until_{};  // by the vendor's word
};

}  // namespace argosy::llm
