#include "tests/model/protocol/invariants.h"

#include <algorithm>
#include <array>

#include "common/tasks/step_state.h"
#include "common/tasks/task_state.h"

namespace argosy::model::protocol {
namespace {

using tasks::StepState;
using tasks::TaskState;

constexpr std::array<const char*, 9> kTexts{
    nullptr,
    "a move asked for a transition that common/tasks does not have",
    "a counter fell below zero",
    "a finish was accepted under another lease than its own",
    "two finishes were accepted under one lease",
    "two finishes of one step were accepted",
    "a claim gave out an epoch that was given out before: an effect may be applied twice under one token",
    "a step was promoted before all that it depends on had succeeded",
    "a step was promoted after its task had ended",
};

class Check {
 public:
  Check(const Scenario& scenario, const State& state) : plan_(scenario), s_(state) {}

  const char* processes() const {
    std::array<int, kSteps> leases{};
    for (const auto& process : s_.processes) {
      int held = 0;
      for (const auto& job : process.jobs) {
        if (job.work == 0) continue;
        ++held;
        const bool runs = job.work == static_cast<unsigned>(Work::running) && !job.stopped && process.believes && !job.forgotten;
        if (runs && ++leases[job.step] > 1) return "a step runs under two leases that both their processes believe in";
      }
      if (held > plan_.slots) return "a process holds more steps than it has slots";
    }
    return nullptr;
  }

  const char* dispatches() const {
    for (int i = 0; i < plan_.steps; ++i) {
      const auto& row = this->row(i);
      if (!row.told || row.held || !in(i, StepState::ready) || s_.copies_of(i) > 0) continue;
      const bool known = std::ranges::any_of(s_.processes, [&](const Process& process) {
        const auto phase = static_cast<Phase>(process.hints[static_cast<std::size_t>(i)].phase);
        return phase == Phase::read || phase == Phase::in_doubt;
      });
      if (!known) return "a dispatch that Kafka kept was committed, and its step was never asked for";
    }
    return nullptr;
  }

  const char* counters() const {
    unsigned open = 0;
    for (int i = 0; i < plan_.steps; ++i) {
      if (!row(i).there || plan(i).on_task_end) continue;
      open += !tasks::is_final(state(i));
      if (in(i, StepState::blocked) && !ended() && row(i).deps_left != static_cast<unsigned>(unmet(i))) return "deps_left is wrong";
    }
    return open == s_.open ? nullptr : "open_steps is wrong";
  }

  const char* graph() const {
    for (int i = 0; i < plan_.steps; ++i) {
      if (!row(i).there) continue;
      if (plan(i).on_task_end) {
        if (ended() == in(i, StepState::blocked)) return "what hangs on the end of a task does not follow it";
        continue;
      }
      const bool begun = in(i, StepState::ready) || in(i, StepState::running) || in(i, StepState::waiting) || in(i, StepState::succeeded);
      if (begun && unmet(i) > 0) return "a step was promoted before all that it depends on had succeeded";
      if (!ended()) continue;
      if (in(i, StepState::blocked) || in(i, StepState::ready) || in(i, StepState::waiting))
        return "a task ended with a step that may still begin";
      if (task() == TaskState::cancelled && in(i, StepState::running)) return "a cancelled task has a running step";
      if (task() == TaskState::succeeded && !in(i, StepState::succeeded)) return "a task succeeded, and a step of it did not";
    }
    return nullptr;
  }

  bool settled() const {
    if (!ended()) return false;
    for (int i = 0; i < plan_.steps; ++i) {
      if (row(i).there && !tasks::is_final(state(i))) return false;
    }
    return true;
  }

 private:
  const Row& row(int step) const { return s_.rows[static_cast<std::size_t>(step)]; }
  const StepPlan& plan(int step) const { return plan_.plan[static_cast<std::size_t>(step)]; }
  StepState state(int step) const { return static_cast<StepState>(row(step).state); }
  bool in(int step, StepState wanted) const { return row(step).there && state(step) == wanted; }
  TaskState task() const { return static_cast<TaskState>(s_.task); }
  bool ended() const { return tasks::is_final(task()); }
  int unmet(int step) const {
    int count = 0;
    for (int d = 0; d < plan_.steps; ++d) count += (plan(step).depends_on >> d & 1) && !in(d, StepState::succeeded);
    return count;
  }

  const Scenario& plan_;
  const State& s_;
};

}  // namespace

const char* violation(const Scenario& scenario, const State& state) {
  if (state.violation != 0) return kTexts[state.violation];
  const Check check(scenario, state);
  if (const char* broken = check.processes()) return broken;
  if (const char* broken = check.dispatches()) return broken;
  if (const char* broken = check.graph()) return broken;
  return check.counters();
}

bool settled(const Scenario& scenario, const State& state) { return Check(scenario, state).settled(); }

}  // namespace argosy::model::protocol
