// Promises of an agent that mends: it is shown what failed as others' words, touches what it may and nothing else, has things run without
// a slot, and leaves to a person what it cannot do.
#include <gmock/gmock.h>

#include "tests/unit/codegen/agent_steps.h"
#include "tests/unit/codegen/stopped_change.h"
#include "workers/codegen/mending/material.h"

namespace argosy::codegen {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kMend = R"({"path":"a","old_string":"2","new_string":"3"})";
constexpr auto kFinish = R"({"summary":"it is three now"})";

class AnAgentMends : public StoppedChange {
 protected:
  AnAgentMends() { files["lib/named.py"] = "def named():\n    return 1\n"; }
  void SetUp() override {
    StoppedChange::SetUp();
    report(R"({"cases":[{"name":"test_a","outcome":"failed","message":"lib/named.py:2: 2 is not 3"},)"
           R"({"name":"test_fine","outcome":"passed"}]})");
  }
  void report(const std::string& text) {
    failed.report = store.put({.step = step.ref, .attempt = 1, .kind = artifacts::Kind::report, .name = "test-report.json"}, text).value();
  }
  Result<runtime::StepResult> mend() {
    failed.base_commit = base;
    step.payload = tasks::to_json_text(failed);
    Agents agents({.options = options(),
                   .model = model,
                   .prompts = prompts,
                   .agent =
                       [this](const runtime::Step&, std::string_view name) {
                         EXPECT_EQ(name, "coder");
                         return Result<std::shared_ptr<const tasks::AgentSpec>>(std::make_shared<const tasks::AgentSpec>(spec));
                       },
                   .index = [](const IndexPlace&, const code::SourceTree& tree) { return code::Index::build(tree); }});
    CodegenHandler handler(options(), &agents);
    std::promise<Result<runtime::StepResult>> ended;
    handler.start(std::make_shared<const runtime::Step>(step), std::shared_ptr<runtime::StepContext>(&context, [](auto*) {}),
                  [&](Result<runtime::StepResult> result) { ended.set_value(std::move(result)); });
    return ended.get_future().get();
  }
  void edits_and_finishes(const std::string& edit = kMend) {
    model.call({{"edit_file", edit}});
    model.call({{"finish", kFinish}});
  }
  tasks::Question asks_a_person() {
    const auto result = mend();
    EXPECT_TRUE(result && result->question) << (result ? result->output : to_string(result.error()));
    return result && result->question ? *result->question : tasks::Question{};
  }

  ScriptedRounds model;
  const llm::Prompts prompts = llm::Prompts::open().value();
  tasks::AgentSpec spec = *tasks::built_in_agent("coder");
};

TEST_F(AnAgentMends, OnTopOfTheChange) {
  edits_and_finishes();
  const auto result = mend();
  ASSERT_TRUE(result && !result->question) << (result ? result->question->description : to_string(result.error()));
  EXPECT_EQ(mended(result->output, "a"), "3\n");
}

TEST_F(AnAgentMends, AndIsShownWhatFailedAndTheFilesThatMatterAsOthersWords) {
  step.task.prompt = "count to three";
  failed.gates[0].details = R"({"exit_code":1,"output":"ImportError: of three"})";
  failed.gates.push_back({.gate = "lint", .code = "x", .text = "1 new finding", .hint = "", .details = R"({"findings":["line 7"]})"});
  step.task.avoid_files = {"legacy/**"};
  edits_and_finishes();
  ASSERT_TRUE(mend());
  const auto& said = model.asked.at(0);
  EXPECT_THAT(said, AllOf(HasSubstr("file lib/named.py"), HasSubstr("def named()"), HasSubstr("2 is not 3"), HasSubstr("test_a")));
  EXPECT_THAT(said, AllOf(HasSubstr("ImportError: of three"), HasSubstr("line 7"), HasSubstr("count to three"), HasSubstr("legacy/**")));
  EXPECT_THAT(said, AllOf(Not(HasSubstr("file b\\")), Not(HasSubstr("test_fine"))));
}

TEST_F(AnAgentMends, AtTheExpenseOfItsTaskAndWithAStrongerModelInLaterRounds) {
  step.org = OrgId{Uuid::v4()};
  edits_and_finishes();
  ASSERT_TRUE(mend());
  EXPECT_EQ(model.last.kind, "edit");
  EXPECT_EQ(model.last.role, "mender");
  EXPECT_EQ(model.last.payer->org, step.org);
  EXPECT_NE(model.last.commit, base) << "the tree is no commit's";
  EXPECT_EQ(model.last.complexity, llm::Complexity::normal);
  failed.round = 2;
  step.ref.ordinal = 107;
  ASSERT_TRUE(mend());
  EXPECT_EQ(model.last.complexity, llm::Complexity::high);
}

TEST_F(AnAgentMends, WhatTheChangeTouchedAndTheFailuresNameAndNothingElse) {
  edits_and_finishes(R"({"path":"lib/named.py","old_string":"return 1","new_string":"return 3"})");
  const auto named = mend();
  ASSERT_TRUE(named && !named->question);
  EXPECT_EQ(mended(named->output, "lib/named.py"), "def named():\n    return 3\n");

  model.answers.clear();
  step.ref.ordinal = 107;
  edits_and_finishes(R"({"path":"b","old_string":"1","new_string":"2"})");
  model.call({{"finish", kFinish}});
  const auto asked = asks_a_person();
  EXPECT_EQ(asked.name, "fix-1");
  EXPECT_THAT(model.asked.back(), HasSubstr("not among the files that this step may change"));
}

TEST_F(AnAgentMends, WithinThePlansWriteSetsWhereThereIsAPlan) {
  failed.write_set = {"b"};
  edits_and_finishes(R"({"path":"b","old_string":"1","new_string":"2"})");
  const auto result = mend();
  ASSERT_TRUE(result && !result->question);
  EXPECT_EQ(mended(result->output, "b"), "2\n");
  EXPECT_THAT(model.asked.at(0), HasSubstr("Change only files that match b"));
}

TEST_F(AnAgentMends, AndHasTestsRunInBetweenByAStepOfItsOwn) {
  model.call({{"edit_file", kMend}});
  model.call({{"run_tests", "{}"}});
  model.call({{"finish", kFinish}});
  auto left = mend();
  ASSERT_TRUE(left && left->detour.size() == 2u) << (left ? left->output : to_string(left.error()));
  EXPECT_TRUE(tasks::check_detour(left->detour));
  EXPECT_EQ(left->detour[0].kind, "run");
  EXPECT_EQ(left->detour[0].inputs, (std::vector<std::int16_t>{100, 101}));
  EXPECT_EQ(left->detour[1].kind, "fix");
  EXPECT_EQ(left->detour[1].inputs, (std::vector<std::int16_t>{100, 101, -1}));

  const auto run = tasks::run_payload_from(left->detour[0].payload).value();
  failed = tasks::fix_payload_from(left->detour[1].payload).value();
  EXPECT_EQ(failed.round, 1) << "no round is used by a run";
  step.ref.ordinal = 107;
  step.inputs.emplace_back(106, tasks::to_json_text(tasks::RunOutput{.results = {{.call = run.runs.at(0).call, .output = "3 is fine"}}}));
  const auto result = mend();
  ASSERT_TRUE(result && !result->question) << (result ? result->question->description : to_string(result.error()));
  EXPECT_THAT(model.asked.back(), HasSubstr("3 is fine"));
  EXPECT_EQ(mended(result->output, "a"), "3\n");
  EXPECT_EQ(model.rounds, (std::vector<std::size_t>{0, 1, 2})) << "no round is repeated";
}

TEST_F(AnAgentMends, OrAPersonIsAskedWhenItChangesNothing) {
  model.call({{"finish", R"({"summary":"I cannot see why."})"}});
  const auto asked = asks_a_person();
  EXPECT_EQ(asked.name, "fix-1");
  EXPECT_THAT(asked.description, AllOf(HasSubstr("I cannot see why."), HasSubstr("test_a")));
  EXPECT_EQ(asked.because->code, "mend_unusable");
}

TEST_F(AnAgentMends, OrAPersonIsAskedWhenItGoesInCircles) {
  for (int i = 0; i < 20; ++i) model.answers.push_back({.text = "Hm.", .stop = llm::StopReason::end_turn, .complete = true});
  const auto asked = asks_a_person();
  EXPECT_EQ(asked.name, "fix-1");
  EXPECT_EQ(asked.because->code, "agent_stuck");
  const auto rounds = model.asked.size();
  answered("fix-1", tasks::Verdict::correct, R"([{"op":"edit_file","path":"a","old_string":"2","new_string":"3"}])");
  const auto result = mend();
  ASSERT_TRUE(result && !result->question);
  EXPECT_EQ(mended(result->output, "a"), "3\n");
  EXPECT_EQ(model.asked.size(), rounds) << "it is not asked again";
}

TEST_F(AnAgentMends, AndIsHeldToTheConstraintsOfTheWholeChange) {
  step.task.max_files_changed = 1;
  edits_and_finishes(R"({"path":"lib/named.py","old_string":"return 1","new_string":"return 3"})");
  EXPECT_EQ(asks_a_person().because->code, "max_files_exceeded") << "a and lib/named.py are two";
}

TEST_F(AnAgentMends, UnlessTheCallFailsInAWayThatOnlyAPersonMends) {
  model.fault =
      llm::Fault{.kind = llm::FaultKind::budget, .error = fail_user("budget_exhausted", "the task has spent 5 USD", "raise it").error()};
  EXPECT_THAT(asks_a_person().description, HasSubstr("the task has spent 5 USD"));
  model.fault = llm::make_fault(llm::FaultKind::overloaded, "later");
  const auto later = mend();
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error().category, Category::transient) << "it is tried again";
}

TEST_F(AnAgentMends, ShownNoMoreThanABound) {
  failed.gates[0].text.append(kMostGateBytes, 'x');
  std::string many;
  for (std::size_t i = 0; i < 3 * kMostShownTests; ++i)
    many += (i == 0 ? "" : ",") + std::string(R"({"name":"t","outcome":"errored","message":")") + std::string(4000, 'y') + R"("})";
  report(R"({"cases":[)" + many + "]}");
  edits_and_finishes();
  ASSERT_TRUE(mend());
  EXPECT_LT(model.asked.at(0).size(), 200'000u);
}

}  // namespace
}  // namespace argosy::codegen
