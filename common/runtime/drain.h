// The end of a worker: lets what runs finish, then asks it to stop. One caller, after the claimer has stopped.
#pragma once

#include <chrono>

#include "common/runtime/loop/in_flight.h"

namespace argosy::runtime {

struct DrainTimes {
  std::chrono::milliseconds finish;   // for all to finish by themselves
  std::chrono::milliseconds patient;  // for steps that were handed back before: another hand-back would only repeat their fate
  std::chrono::milliseconds stop;     // for a handler to notice that it should stop
};

// True when nothing is held any more; false when a handler did not hear.
bool drain(InFlight& in_flight, const DrainTimes& times);

}  // namespace argosy::runtime
