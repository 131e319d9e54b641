// The circuit breaker of one model at one provider under one key: when too many of its calls fail or are slow, no more are sent for a
// while, so that a route goes on to the next model at once. Used by Gate (gate.h), under its lock. Pure: time comes in as an argument.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

namespace argosy::llm {

using Instant = std::chrono::nanoseconds;  // Clock::boot_time()

struct BreakerSettings {
  std::size_t window = 20;     // the calls that are looked at, the newest
  std::size_t at_least = 5;    // fewer of them prove nothing
  double failure_ratio = 0.5;  // of them: open
  double slow_ratio = 0.8;
  std::chrono::milliseconds slow_after{120'000};       // to the first piece of the answer
  std::chrono::milliseconds forget_after{5 * 60'000};  // older calls say nothing about now
  std::chrono::milliseconds open_for{10'000};          // doubled whenever a probe fails
  std::chrono::milliseconds longest_open{5 * 60'000};
  int probes_to_close = 2;  // one after the other
};

enum class BreakerState : std::uint8_t { closed, half_open, open };
std::string_view to_string(BreakerState state);

enum class Outcome : std::uint8_t { fine, slow, failed, unknown };  // unknown: cancelled, refused, limited: says nothing about the model

class Breaker {
 public:
  explicit Breaker(BreakerSettings settings = {}) : settings_(settings) {}

  // What a call that may be sent is told apart by: of those that were let through before the last change of state nothing is learnt.
  using Pass = std::uint64_t;
  // Nothing: no call may be sent now. One that may is ended with record(), whatever becomes of it: while half open there is one at a time.
  std::optional<Pass> admit(Instant now);
  bool is_stale(Pass pass) const { return pass != era_; }
  void record(Pass pass, Outcome outcome, Instant now);
  // Another process says that it is down: the next call is a probe. Never more than that: a hint may be wrong.
  void hint_down(Instant now);

  BreakerState state(Instant now) const;
  // How long until a probe may be sent; zero when a call may be tried now.
  Instant wait(Instant now) const;

 private:
  struct Seen {
    Instant at;
    Outcome outcome;
  };
  void open(Instant now);
  void close();
  bool too_many(Outcome outcome, double ratio) const;

  BreakerSettings settings_;
  std::deque<Seen> seen_;
  bool tripped_ = false, probing_ = false;
  Instant opens_until_{};
  Pass era_ = 0;  // one more with each change of state
  int times_opened_ = 0, probes_passed_ = 0;
};

}  // namespace argosy::llm
