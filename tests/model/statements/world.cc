#include "tests/model/statements/world.h"

#include <bit>

#include "tests/model/statements/run.h"

namespace argosy::model::statements {
namespace {

using tasks::StepState;
using tasks::TaskState;

constexpr std::array<const char*, 5> kTexts{
    nullptr,
    "a move asked for a transition that common/tasks does not have",
    "a counter fell below zero",
    "two events of a task have one seq",
    "an event is seen before one below it",
};

}  // namespace

State World::initial() const {
  State state{};
  auto& task = state.committed.task;
  task.state = static_cast<unsigned>(TaskState::running) & 7;
  for (int i = 0; i < kSteps; ++i) {
    auto& row = state.committed.steps[static_cast<std::size_t>(i)];
    if (!(plan_.there & bit(i))) continue;
    const auto step = plan_.states[static_cast<std::size_t>(i)];
    row.there = 1;
    row.state = static_cast<unsigned>(step) & 7;
    row.epoch = step == StepState::running;
    row.deps_left = static_cast<unsigned>(std::popcount(plan_.depends_on[static_cast<std::size_t>(i)])) & 3;
    ++task.open;
    for (int d = 0; d < kSteps; ++d) {
      const bool after = (plan_.there & bit(d)) && (plan_.depends_on[static_cast<std::size_t>(d)] & bit(i));
      if (after) row.successors |= bit(d) & 15;
    }
  }
  return state;
}

void World::successors(const State& from, std::vector<Next<State>>& out) const {
  const auto before = out.size();
  for (int n = 0; n < kTransactions; ++n) {
    State next = from;
    Run run(plan_, variant_, next, n);
    if (run.over()) continue;
    const char* what = run.next();
    if (!run.step()) continue;
    const bool waits = next.transactions[static_cast<std::size_t>(n)].waits;
    out.push_back({.action = {waits ? "waits for a lock" : what, static_cast<std::int8_t>(n), -1, true}, .state = next});
  }
  if (out.size() > before) return;
  for (int n = 0; n < kTransactions; ++n) {
    State next = from;
    Run run(plan_, variant_, next, n);
    if (run.over()) continue;
    run.abort();
    out.push_back({.action = {"is the victim of a deadlock and begins anew", static_cast<std::int8_t>(n), -1, true}, .state = next});
  }
}

bool World::done(const State& state) const {
  State copy = state;
  for (int n = 0; n < kTransactions; ++n) {
    if (!Run(plan_, variant_, copy, n).over()) return false;
  }
  return true;
}

const char* World::violation(const State& state) const {
  if (state.violation != 0) return kTexts[state.violation];
  const bool quiet = done(state);
  const bool over = ended(state.committed.task);
  const bool counts = variant_ != Variant::not_exists;
  unsigned open_steps = 0;
  for (int i = 0; i < kSteps; ++i) {
    const auto& row = state.committed.steps[static_cast<std::size_t>(i)];
    unsigned unmet = 0;
    for (int d = 0; d < kSteps; ++d) {
      const bool depends = (plan_.depends_on[static_cast<std::size_t>(i)] & bit(d)) != 0;
      unmet += depends && !is(state.committed.steps[static_cast<std::size_t>(d)], StepState::succeeded);
    }
    open_steps += open(row);
    const bool begun = is(row, StepState::ready) || is(row, StepState::running) || is(row, StepState::succeeded);
    if (begun && unmet > 0) return "a step was promoted before all that it depends on had succeeded";
    const bool may_begin = is(row, StepState::blocked) || is(row, StepState::ready);
    if (over && may_begin) return "a task has ended, and a step of it may still begin";
    if (quiet && !over && is(row, StepState::blocked) && unmet == 0)
      return "lost: a step stays blocked though all that it depends on succeeded";
    if (quiet && !over && counts && is(row, StepState::blocked) && row.deps_left != unmet) return "lost: deps_left is wrong for good";
  }
  if (quiet && counts && open_steps != state.committed.task.open) return "open_steps is wrong for good";
  if (quiet && open_steps == 0 && !over) return "lost: no step is open, and the task never ends";
  return nullptr;
}

}  // namespace argosy::model::statements
