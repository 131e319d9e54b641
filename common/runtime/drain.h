// The end of a worker: lets what runs finish, then asks it to stop. One caller, after the claimer has stopped.
#pragma once

#include <chrono>
#include <optional>

#include "common/core/clock.h"
#include "common/runtime/loop/in_flight.h"

namespace argosy::runtime {

inline constexpr std::chrono::milliseconds kStopGrace{5'000};  // how long a handler may take to notice that it should stop

struct DrainTimes {
  std::chrono::milliseconds finish;   // for all to finish by themselves
  std::chrono::milliseconds patient;  // for steps that were handed back before and would begin anew: another hand-back only repeats that
  std::chrono::milliseconds stop;     // for a handler to notice that it should stop
};

// What is asked of whom, and when; pure.
class DrainPlan {
 public:
  DrainPlan(InFlight& in_flight, const DrainTimes& times, std::chrono::nanoseconds now);

  // Asks those to stop whose time is over. Until when to wait for the rest, or nothing: all is done, or the last has not heard.
  std::optional<std::chrono::nanoseconds> wait_until(std::chrono::nanoseconds now);

 private:
  enum class Phase { finish, patient, stop };
  void ask_to_stop(std::chrono::nanoseconds now);

  InFlight& in_flight_;
  const DrainTimes times_;
  Phase phase_ = Phase::finish;
  std::chrono::nanoseconds until_;
};

// True when nothing is held any more; false when a handler did not hear.
bool drain(InFlight& in_flight, const DrainTimes& times, const Clock& clock = system_clock());

}  // namespace argosy::runtime
