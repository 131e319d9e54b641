// Promises of steps of agents that end without an end: what holds them back costs no round and no attempt.
#include <gmock/gmock.h>

#include "tests/unit/codegen/agent_steps.h"

namespace argosy::codegen {
namespace {

constexpr auto kRead = R"({"path":"a.py"})";
constexpr auto kEdit = R"({"path":"a.py","old_string":"return 1","new_string":"return 2"})";
constexpr auto kFinish = R"({"summary":"it counts to two"})";

class AnAgentThatGoesOn : public AgentSteps {
 protected:
  void reads_edits_finishes() {
    model.call({{"read_file", kRead}});
    model.call({{"edit_file", kEdit}});
    model.call({{"finish", kFinish}});
  }
};

TEST_F(AnAgentThatGoesOn, OfAPausedTaskGivesItsSlotBackBetweenTwoRoundsAndRepeatsNone) {
  reads_edits_finishes();
  ASSERT_TRUE(run());
  store.clear();
  model.asked.clear();
  model.rounds.clear();
  testing::FakeStepContext first(store), second(store);
  model.on_ask = [&] { first.pause = model.asked.size() == 2; };
  const auto held = run(first);
  ASSERT_TRUE(held) << to_string(held.error());
  EXPECT_TRUE(held->held);
  EXPECT_EQ(model.asked.size(), 2u) << "the round that ran came to its end, none was begun";

  const auto result = run(second);
  ASSERT_TRUE(result && !result->held) << (result ? "held again" : to_string(result.error()));
  EXPECT_EQ(model.rounds, (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_EQ(changed(*result, "a.py"), "def count():\n    return 2\n");
  EXPECT_EQ(second.count("file_modified"), context.count("file_modified"))
      << "what was done before the pause is told by the finish that counts";
}

TEST_F(AnAgentThatGoesOn, OfAPausedTaskThatIsAtItsEndEnds) {
  reads_edits_finishes();
  model.on_ask = [&] { context.pause = model.asked.size() == 3; };
  const auto result = run();
  ASSERT_TRUE(result) << to_string(result.error());
  EXPECT_FALSE(result->held);
  EXPECT_EQ(changed(*result, "a.py"), "def count():\n    return 2\n");
}

}  // namespace
}  // namespace argosy::codegen
