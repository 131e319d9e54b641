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

}  // namespace
}  // namespace argosy::test
