// How much of a limit a minute is left: it fills evenly, and answers of the vendor correct it. Used by RateLimit. Pure: time comes in as an
// argument; one thread at a time.
#pragma once

#include "common/llm/faults/retry_after.h"
#include "common/llm/traffic/breaker.h"

namespace argosy::llm {

class TokenBucket {
 public:
  // 0: no limit, until an answer names one.
  explicit TokenBucket(std::int64_t per_minute) : per_minute_(static_cast<double>(per_minute)), left_(capacity()) {}

  // How long until `amount` may be taken; zero: now. More than it ever holds may be taken when it is full, or it never could be.
  Instant wait(std::int64_t amount, Instant now);
  void take(std::int64_t amount, Instant now);  // may go below zero: what was sent was sent
  void learn(const Allowance& allowance, Instant now);

 private:
  double capacity() const { return per_minute_; }
  void fill(Instant now);

  double per_minute_;
  double left_;
  Instant filled_{};
  Instant empty_until_{};  // by the vendor's word
};

}  // namespace argosy::llm
