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

TEST_F(AnAgentThatGoesOn, BeginsAnewWhereWhatItKnewIsGone) {
  reads_edits_finishes();
  payload.state = std::string(64, 'a');
  payload.ran = true;
  step.inputs = {{101, tasks::to_json_text(tasks::RunOutput{.results = {{.call = "x", .exit_code = 0, .output = "fine"}}})}};
  const auto result = run();
  ASSERT_TRUE(result) << to_string(result.error());
  EXPECT_EQ(changed(*result, "a.py"), "def count():\n    return 2\n");
  EXPECT_THAT(context.logged, ::testing::HasSubstr("begins anew"));
}

TEST_F(AnAgentThatGoesOn, IsToldThatTheTaskHasNoRoomForRunsAndEndsWithWhatItHas) {
  model.call({{"edit_file", kEdit}});
  model.call({{"run_tests", "{}"}});
  model.call({{"finish", kFinish}});
  context.room = 3;
  const auto left = run();
  ASSERT_TRUE(left) << to_string(left.error());
  ASSERT_EQ(left->detour.size(), 2u) << "one fits";
  EXPECT_THAT(model.asked[0], ::testing::HasSubstr("the task has room for 1 more answers with runs"));

  // It goes on where there is no room any more, and is given what it had waited for.
  const auto runs = tasks::run_payload_from(left->detour[0].payload).value();
  step.ref.ordinal = 102;
  payload = tasks::agent_payload_from(left->detour[1].payload).value();
  step.inputs = {{101, tasks::to_json_text(tasks::RunOutput{.results = {{.call = runs.runs[0].call, .exit_code = 0, .output = "two"}}})}};
  context.room = 1;
  model.answers.pop_back();
  model.call({{"run_tests", R"({"selection":"again"})"}});
  model.call({{"finish", kFinish}});
  const auto result = run();
  ASSERT_TRUE(result && result->detour.empty()) << (result ? result->detour[0].kind : to_string(result.error()));
  EXPECT_THAT(model.asked[2], ::testing::HasSubstr("two"));
  EXPECT_THAT(model.asked[3], ::testing::HasSubstr("Nothing more can be run"));
  EXPECT_EQ(changed(*result, "a.py"), "def count():\n    return 2\n");
}

// It reads for ever, with one change made.
class AnAgentAtItsEnd : public AgentSteps {
 protected:
  AnAgentAtItsEnd() {
    spec.limits.rounds = 2;
    model.call({{"edit_file", kEdit}});
    model.call({{"read_file", kRead}});
    model.call({{"read_file", R"({"path":"b.py"})"}});
    model.call({{"finish", kFinish}});
  }
  Result<runtime::StepResult> last_step(const tasks::NewStep& last, std::int16_t forgiven) {
    auto end = step;
    end.ref.ordinal = 102;
    end.kind = last.kind;
    end.payload = last.payload;
    end.forgiven = forgiven;
    return CodegenHandler({}).run(end, context);
  }
};

TEST_F(AnAgentAtItsEnd, ThatIsRedrivenGoesOnWhereItWasWithAllItMayUse) {
  const auto ended = run();
  ASSERT_TRUE(ended) << to_string(ended.error());
  ASSERT_EQ(ended->detour.size(), 2u);
  const auto& last = ended->detour[1];
  const auto failed = last_step(last, 0);
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().hint, ::testing::HasSubstr("argosy dead redrive"));

  const auto redriven = last_step(last, 1);
  ASSERT_TRUE(redriven) << to_string(redriven.error());
  EXPECT_TRUE(tasks::check_detour(redriven->detour));
  ASSERT_EQ(redriven->detour.size(), 1u);
  EXPECT_EQ(redriven->detour[0].kind, "agent");
  EXPECT_EQ(redriven->detour[0].title, step.title);
  step.ref.ordinal = 103;
  payload = tasks::agent_payload_from(redriven->detour[0].payload).value();
  const auto result = run();
  ASSERT_TRUE(result && result->detour.empty()) << (result ? result->detour[0].kind : to_string(result.error()));
  EXPECT_EQ(model.rounds, (std::vector<std::size_t>{0, 1, 2, 3})) << "no round was repeated";
  EXPECT_THAT(model.asked[2], ::testing::HasSubstr("[2 of 2 rounds left"));
  EXPECT_EQ(changed(*result, "a.py"), "def count():\n    return 2\n");
}

TEST_F(AnAgentAtItsEnd, IsNotAllowedAnewByACrashButByARedrive) {
  spec.limits.rounds = 1;
  model.answers.erase(model.answers.begin());  // nothing is changed: the step fails by itself
  ASSERT_FALSE(run());
  step.attempt = 2;
  const auto again = run();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "agent_iterations");
  EXPECT_EQ(model.asked.size(), 1u);
  step.attempt = 3;
  step.forgiven = 2;
  ASSERT_FALSE(run()) << "one round is allowed anew, and used";
  EXPECT_EQ(model.asked.size(), 2u);
  step.attempt = 4;
  step.forgiven = 3;
  const auto done = run();
  ASSERT_TRUE(done) << to_string(done.error());
}

TEST_F(AnAgentAtItsEnd, ThatNobodyHasSeenIsNoReasonToAllowItAnew) {
  spec.limits.rounds = 9;
  model.answers.resize(1);
  model.call({{"run_command", R"({"command":"python3 a.py"})"}});
  model.call({{"finish", kFinish}});
  model.on_ask = [&] {
    model.fault = model.asked.size() == 2 ? std::optional(llm::make_fault(llm::FaultKind::refused_request, "no")) : std::nullopt;
  };
  const auto lost = run();  // its finish is
  ASSERT_TRUE(lost) << to_string(lost.error());
  ASSERT_EQ(lost->detour.size(), 2u);
  ASSERT_EQ(lost->detour[1].kind, "give_up");
  step.attempt = 2;
  const auto left = run();
  ASSERT_TRUE(left) << to_string(left.error());
  ASSERT_EQ(left->detour.size(), 2u);
  const auto runs = tasks::run_payload_from(left->detour[0].payload).value();

  step.ref.ordinal = 102;
  step.attempt = 1;
  payload = tasks::agent_payload_from(left->detour[1].payload).value();
  step.inputs = {
      {101, tasks::to_json_text(tasks::RunOutput{.results = {{.call = runs.runs[0].call, .exit_code = 0, .output = "two it is"}}})}};
  const auto result = run();
  ASSERT_TRUE(result && result->detour.empty()) << (result ? result->detour[0].kind : to_string(result.error()));
  EXPECT_THAT(model.asked.back(), ::testing::AllOf(::testing::HasSubstr("two it is"), ::testing::HasSubstr("[7 of 9 rounds left")));
}

}  // namespace
}  // namespace argosy::codegen
