// The moves as the statements of their functions (schemas/migrations/0006 to 0012), over a task that is in the middle of its life, and
// which of them meet. Shows that what tests/model/protocol takes for one atomic change may be taken for one, and by what: the lock of the
// task's row.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "common/tasks/step_state.h"
#include "common/tasks/task_state.h"
#include "tests/model/explorer.h"
#include "tests/model/statements/state.h"
#include "tests/model/variant.h"

namespace argosy::model::statements {

enum class Broken : std::uint8_t {
  nothing,
  illegal_move,
  counter_below_zero,
  seq_twice,
  seq_hole,
};

enum class Move : std::uint8_t { nothing, finish, cancel, claim, rescue };

// One call that is under way.
struct Call {
  Move move = Move::nothing;
  std::uint8_t steps = 0;   // mask: what it is about
  std::uint8_t failed = 0;  // of these: finished as failed, not as succeeded
  std::uint8_t epoch = 1;   // the lease that it speaks of
};

struct Scenario {
  std::string_view name, what;
  std::array<tasks::StepState, kSteps> states{};
  std::array<std::uint8_t, kSteps> depends_on{};  // masks
  std::uint8_t there = 0;                         // mask; the others are added by the finish of step 0
  std::array<Call, kTransactions> calls{};
};

std::span<const Scenario> scenarios();

class World {
 public:
  using State = statements::State;

  World(const Scenario& scenario, Variant variant) : plan_(scenario), variant_(variant) {}

  State initial() const;
  void successors(const State& from, std::vector<Next<State>>& out) const;
  const State& canonical(const State& state) const { return state; }
  const char* violation(const State& state) const;
  bool done(const State& state) const;

 private:
  const Scenario& plan_;
  const Variant variant_;
};

}  // namespace argosy::model::statements
