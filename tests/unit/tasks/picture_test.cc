// The tables, the names and the pictures in ARCHITECTURE.md say the same.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "common/core/file.h"
#include "common/core/text.h"
#include "common/tasks/step_state.h"
#include "common/tasks/task_state.h"

namespace argosy::tasks {
namespace {

// The arrows of the picture below `title`: "from --> to: event".
std::set<std::string> drawn(std::string_view title) {
  const std::string page = read_file(ARGOSY_SOURCE_DIR "/ARCHITECTURE.md").value();
  const std::size_t start = page.find("stateDiagram-v2", page.find("\n### " + std::string(title) + "\n"));
  EXPECT_NE(start, std::string::npos) << "no picture below " << title;
  std::set<std::string> arrows;
  for (const std::string_view line : text::lines(std::string_view(page).substr(start, page.find("```", start) - start))) {
    const std::string_view arrow = text::trim(line);
    if (arrow.find("-->") != std::string_view::npos && !arrow.starts_with("[*]")) EXPECT_TRUE(arrows.emplace(arrow).second) << arrow;
  }
  return arrows;
}

template <class Transitions>
std::set<std::string> legal(const Transitions& transitions) {
  std::set<std::string> arrows;
  for (const auto& t : transitions)
    arrows.insert(std::string(to_string(t.from)) + " --> " + std::string(to_string(t.to)) + ": " + std::string(to_string(t.event)));
  return arrows;
}

TEST(Picture, OfAStepShowsTheTable) { EXPECT_EQ(drawn("A step"), legal(step_transitions())); }
TEST(Picture, OfATaskShowsTheTable) { EXPECT_EQ(drawn("A task"), legal(task_transitions())); }

TEST(TaskState, OnlyReopeningLeadsOutOfAFinalState) {
  for (const auto& t : task_transitions()) EXPECT_EQ(is_final(t.from), t.event == TaskEvent::reopened) << to_string(t.from);
}

TEST(TaskState, EveryStateCanBeReachedFromQueuedAndEnds) {
  std::set<TaskState> reached{TaskState::queued};
  for (std::size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const auto& t : task_transitions())
      if (reached.contains(t.from)) reached.insert(t.to);
  }
  EXPECT_EQ(reached.size(), 7u);
  for (const TaskState state : reached) {
    if (!is_final(state)) EXPECT_EQ(next(state, TaskEvent::step_failed), TaskState::failed) << to_string(state);
    if (!is_final(state)) EXPECT_EQ(next(state, TaskEvent::cancelled), TaskState::cancelled) << to_string(state);
  }
}

TEST(TaskState, AnEventMeansOneThingInEachState) {
  std::set<std::pair<TaskState, TaskEvent>> seen;
  for (const auto& t : task_transitions()) EXPECT_TRUE(seen.emplace(t.from, t.event).second) << to_string(t.from);
}

TEST(Names, GoThereAndBack) {
  for (const auto& t : step_transitions()) EXPECT_EQ(step_state_from_string(to_string(t.from)), t.from);
  for (const auto& t : task_transitions()) EXPECT_EQ(task_state_from_string(to_string(t.to)), t.to);
  EXPECT_FALSE(step_state_from_string("done"));
  EXPECT_FALSE(task_state_from_string("done"));
}

}  // namespace
}  // namespace argosy::tasks
