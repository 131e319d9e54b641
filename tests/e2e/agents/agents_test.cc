// A prompt becomes a tested branch of a real library, without a model that lives: planned, worked on by two agents side by side, stopped by
// the library's tests, mended, tested again, pushed.
#include "tests/e2e/agents/agents.h"

namespace argosy::test {
namespace {

class APrompt : public Agents, public ::testing::WithParamInterface<Story> {};

TEST_P(APrompt, BecomesATestedBranchOfALibraryInOneFixRound) {
  const auto& story = GetParam();
  const auto repository = "e2e/" + story.library;
  have(story, repository);
  const auto id = submit(story, repository);
  const auto task = fleet().wait_terminal(id, kTaskTime);
  expect_done(task, story);
}

INSTANTIATE_TEST_SUITE_P(InFourLanguages, APrompt, ::testing::ValuesIn(Agents::stories()),
                         [](const auto& info) { return info.param.library; });

TEST_F(Agents, WhoseWorkerIsKilledBetweenTwoRoundsEndTheSameAndAskNothingTwice) {
  const auto story = python_story();
  use_model(script("slow.json", script_of({story}, 5'000)));
  have(story, "e2e/killed");
  const auto id = submit(story, "e2e/killed");
  const auto shown = [&] { return got("/api/v1/tasks/" + id); };
  const auto asked = [&] { return got("/api/v1/tasks/" + id + "/calls?limit=100").array_or_empty("calls"); };
  // The one agent is done, and the other waits for its third answer.
  const bool waits = testing::eventually(
      [&] {
        const auto task = shown();
        const auto& steps = task.array_or_empty("steps");
        const auto done = std::ranges::find_if(steps, [&](const auto& one) {
          return one.string_or("title", "").starts_with(story.wrong.id + ":") && one.string_or("state", "") == "succeeded";
        });
        return done != steps.end() && count(asked(), "role", "coder") >= 5;
      },
      kTaskTime);
  ASSERT_TRUE(waits) << json::dump_pretty(shown());
  ASSERT_EQ(count(asked(), "role", "coder"), 5u) << "the third answer came before the kill";
  fleet().kill9("codegen");
  fleet().start("codegen", {{"ARGOSY_MODEL", script("again.json", script_of({story}))}});
  expect_done(fleet().wait_terminal(id, kTaskTime), story);

  // Each agent has asked what it asks when nobody dies; the call that was open has left no answer behind.
  const auto calls = asked();
  EXPECT_EQ(count(calls, "role", "planner"), 2u);
  EXPECT_EQ(count(calls, "role", "coder"), 7u);
  EXPECT_EQ(count(calls, "role", "mender"), 2u) << "what it edits, and that it is done";
}

}  // namespace
}  // namespace argosy::test
