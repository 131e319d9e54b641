// What must never be seen in any state of the protocol's world.
#pragma once

#include <cstdint>

#include "tests/model/protocol/scenario.h"
#include "tests/model/protocol/state.h"

namespace argosy::model::protocol {

// Noticed while a move happens, and kept in the state.
enum class Broken : std::uint8_t {
  nothing,
  illegal_move,
  counter_below_zero,
  finish_of_another_lease,
  finished_twice_under_a_lease,
  step_succeeded_twice,
  epoch_came_back,
  promoted_too_early,
  promoted_after_the_end,
};

// What is wrong with a state, or nullptr.
const char* violation(const Scenario& scenario, const State& state);

// The task is over, and so is every step of it, those that hang on its end included.
bool settled(const Scenario& scenario, const State& state);

}  // namespace argosy::model::protocol
