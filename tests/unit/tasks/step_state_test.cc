// Promises of the step state machine. Names read as sentences; each test fails for one reason.
#include "common/tasks/step_state.h"

#include <gtest/gtest.h>

#include <set>

namespace argosy::tasks {
namespace {

TEST(StepState, DropsAFinishThatComesAfterItsProcessWasDeclaredDead) {
  const auto back = next(StepState::running, StepEvent::owner_died);
  ASSERT_EQ(back, StepState::ready);
  EXPECT_EQ(next(*back, StepEvent::finished), std::nullopt);
}

TEST(StepState, OnlyAnOperatorLeadsOutOfAFinalState) {
  for (const auto& t : step_transitions()) {
    if (is_final(t.from)) {
      EXPECT_TRUE(t.event == StepEvent::redriven || t.event == StepEvent::rolled_back) << to_string(t.from);
    }
  }
}

TEST(StepState, AnEventMeansOneThingInEachState) {
  std::set<std::pair<StepState, StepEvent>> seen;
  for (const auto& t : step_transitions()) EXPECT_TRUE(seen.emplace(t.from, t.event).second) << to_string(t.from);
}

TEST(StepState, EveryStateCanBeReachedFromBlocked) {
  std::set<StepState> reached{StepState::blocked};
  for (std::size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const auto& t : step_transitions())
      if (reached.contains(t.from)) reached.insert(t.to);
  }
  EXPECT_EQ(reached.size(), 8u);
}

}  // namespace
}  // namespace argosy::tasks
