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

// What a refused call is told to wait for while a probe is under way, whose end nobody knows.
inline constexpr std::chrono::milliseconds kWaitForProbe{1'000};

// Half open: whatever ends next decides. One call at a time where it was open, all of them after a hint.
enum class BreakerState : std::uint8_t { closed, half_open, open };
std::string_view to_string(BreakerState state);

enum class Outcome : std::uint8_t { fine, slow, failed, unknown };  // unknown: cancelled, refused, limited: says nothing about the model

class Breaker {
 public:
  explicit Breaker(BreakerSettings settings = {}) : settings_(settings) {}

  // What a call that may be sent is told apart by: of those that were let through before the last change of state nothing is learnt.
  using Pass = std::uint64_t;
  // Nothing: no call may be sent now. One that may is ended with record(), whatever becomes of it: a probe keeps all others out until then.
  std::optional<Pass> admit(Instant now);
  bool is_stale(Pass pass) const { return pass != era_; }
  void record(Pass pass, Outcome outcome, Instant now);
  // Another process says that it is down: of the calls that are sent from now on the first that fails opens it, the first that is fine
  // proves the hint wrong. Nobody is kept out meanwhile: a stream takes minutes, and anybody may say such a thing.
  void hint_down();
  // That hint is no longer told: without a call that showed anything, all is as before it.
  void hint_over() { hinted_ = false; }

  BreakerState state(Instant now) const;
  // How long until a call may be tried; zero only when it may be now.
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
  bool hinted_ = false;  // never while tripped
  Instant opens_until_{};
  Pass era_ = 0;  // one more with each change of state
  int times_opened_ = 0, probes_passed_ = 0;
};

}  // namespace argosy::llm
