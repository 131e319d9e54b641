// Promises of the driver of agents: the patch is what the agent has edited, what shall be run or asked is handed on, and no crash between
// two rounds repeats one that is finished.
#include <gmock/gmock.h>

#include "common/tasks/guards/protected_files.h"
#include "tests/unit/codegen/agent_steps.h"
#include "tests/unit/codegen/an_agent.h"
#include "workers/codegen/agent/opening.h"

namespace argosy::codegen {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(AnAgent, HandsOnWhatItHasEdited) {
  reads_edits_finishes();
  const auto result = run();
  ASSERT_TRUE(result) << to_string(result.error());
  EXPECT_EQ(changed(*result, "a.py"), "def count():\n    return 2\n");
  EXPECT_EQ(changed(*result, "c.py"), "C = 3\n");
  EXPECT_EQ(changed(*result, "b.py"), "B = 1\n");
  EXPECT_EQ(model.asked.size(), 3u);
  EXPECT_GE(context.count("file_modified"), 2u);
  EXPECT_GE(context.count("agent_thought"), 1u);
}

TEST_F(AnAgent, IsToldItsStepItsRulesAndTheFilesThatAreNamed) {
  payload.node.write_set = {"a.py"};
  payload.criteria = {{.id = "c1", .text = "it counts to two", .check = "tests"}};
  payload.follow = {"as b.py does"};
  spec.instructions = "Speak plainly.";
  step.task.avoid_files = {"legacy/**"};
  model.answers.assign(1, {.text = "", .stop = llm::StopReason::refusal, .complete = true});
  model.fault = llm::make_fault(llm::FaultKind::refused_request, "no");
  run();
  ASSERT_EQ(model.asked.size(), 1u);
  EXPECT_THAT(model.asked[0], AllOf(HasSubstr("make a.py count to two"), HasSubstr("it counts to two (checked by: tests)"),
                                    HasSubstr("Change only files that match a.py"), HasSubstr("legacy/**"), HasSubstr("as b.py does"),
                                    HasSubstr("Speak plainly.")));
  EXPECT_THAT(model.asked[0], HasSubstr("def count()"));
}

TEST_F(AnAgent, IsShownWhatHangsTogetherWithItsStepAndPeopleAreToldWhy) {
  files["README.md"] = "Counts things.\n";
  files["user.py"] = "from a import count\n\ndef twice():\n    return 2 * count()\n";
  base = payload.base_commit = remote.push_files(files);
  model.fault = llm::make_fault(llm::FaultKind::refused_request, "no");
  run();
  ASSERT_EQ(model.asked.size(), 1u);
  EXPECT_THAT(model.asked[0], AllOf(HasSubstr("def count()"), HasSubstr("def twice()"), HasSubstr("Counts things.")));
  const auto report = json::parse(store.get({}, store.named("context.json")).value()).value();
  std::map<std::string, std::string> reasons;
  for (const auto& piece : report.array_or_empty("pieces")) reasons[piece.string_or("name", "")] = piece.string_or("reason", "");
  EXPECT_EQ(reasons["a.py"], "the task names it or may write it");
  EXPECT_EQ(reasons["user.py"], "imports a.py");
  EXPECT_EQ(reasons["README.md"], "says what this repository is");
}

TEST_F(AnAgent, IsShownNoMoreThanItsShareOfTheSmallestWindow) {
  EXPECT_EQ(shown_tokens(24'000, 128'000), 24'000u);
  EXPECT_EQ(shown_tokens(24'000, 8'000), 2'000u);
  shown_total = 60;
  files["a.py"] = "def count():\n    return 1\n\n" + std::string(10'000, '#') + "\n";
  base = payload.base_commit = remote.push_files(files);
  model.fault = llm::make_fault(llm::FaultKind::refused_request, "no");
  run();
  ASSERT_EQ(model.asked.size(), 1u);
  EXPECT_THAT(model.asked[0], AllOf(HasSubstr("def count()"), Not(HasSubstr("####"))));
  const auto report = json::parse(store.get({}, store.named("context.json")).value()).value();
  EXPECT_EQ(report.int_or("budget", 0), 60);
  EXPECT_LE(report.int_or("tokens", 61), 60);
}

TEST_F(AnAgent, WorksAtTheExpenseOfItsTask) {
  step.org = OrgId{Uuid::v4()};
  step.task.user = "ann";
  reads_edits_finishes();
  run();
  EXPECT_EQ(model.last.kind, "edit");
  EXPECT_EQ(model.last.role, "coder");
  EXPECT_EQ(model.last.payer->org, step.org);
  EXPECT_EQ(model.last.payer->user, "ann");
  EXPECT_EQ(model.last.prompt.name, "edit");
}

TEST_F(AnAgent, WhoseProcessDiesBetweenAnyTwoRoundsRepeatsNone) {
  reads_edits_finishes();
  const auto whole = run();
  ASSERT_TRUE(whole);
  const auto told = std::exchange(model.asked, {});
  for (std::size_t dies_at = 1; dies_at <= told.size(); ++dies_at) {
    store.clear();
    model.asked.clear();
    model.stop_at = dies_at;
    testing::FakeStepContext first(store), second(store);
    model.on_stop = [&] { first.cancel = true; };
    step.attempt = 1;
    ASSERT_FALSE(run(first));
    step.attempt = 2;
    const auto again = run(second);
    ASSERT_TRUE(again) << to_string(again.error());
    EXPECT_EQ(again->output, whole->output);
    EXPECT_EQ(model.asked.size(), told.size() + 1) << "one call was lost, at round " << dies_at;
    EXPECT_EQ(model.asked[dies_at - 1], model.asked[dies_at]) << "it is asked again as it was";
    EXPECT_EQ(told_by(second), told_by(context)) << "what the dead one did is told by who goes on";
  }
}

TEST_F(AnAgent, ThatWantsSomethingRunFreesItsSlotAndGoesOnInAnotherStep) {
  model.call({{"edit_file", kEdit}});
  model.call({{"run_command", R"({"command":"python3 a.py"})"}});
  model.call({{"finish", kFinish}});
  auto before = step;
  const auto left = run();
  ASSERT_TRUE(left) << to_string(left.error());
  EXPECT_EQ(tasks::change_output_from(left->output)->patch, "");
  ASSERT_EQ(left->detour.size(), 2u);
  EXPECT_TRUE(tasks::check_detour(left->detour));
  EXPECT_EQ(left->detour[0].queue, tasks::Queue::testing);
  EXPECT_EQ(left->detour[0].kind, "run");
  const auto runs = tasks::run_payload_from(left->detour[0].payload).value();
  EXPECT_EQ(runs.base_commit, base);
  EXPECT_EQ(after_patch(runs.patch, "a.py"), "def count():\n    return 2\n") << "it runs on what was edited so far";
  ASSERT_EQ(runs.runs.size(), 1u);
  EXPECT_EQ(runs.runs[0].command, "python3 a.py");

  step.ref.ordinal = 102;
  payload = tasks::agent_payload_from(left->detour[1].payload).value();
  const tasks::RunOutput ran{.results = {{.call = runs.runs[0].call, .exit_code = 0, .output = "two it is"}}};
  step.inputs = {{101, tasks::to_json_text(ran)}};
  const auto result = run();
  ASSERT_TRUE(result) << to_string(result.error());
  EXPECT_EQ(changed(*result, "a.py"), "def count():\n    return 2\n");
  EXPECT_EQ(model.asked.size(), 3u) << "no round was asked twice";
  EXPECT_THAT(model.asked[2], HasSubstr("two it is"));
}

TEST_F(AnAgent, ThatWasKilledAfterARunIsNotGivenItTwice) {
  model.call({{"run_command", R"({"command":"true"})"}});
  model.call({{"read_file", kRead}});
  model.call({{"run_command", R"({"command":"false"})"}});
  const auto first = run();
  ASSERT_TRUE(first);
  const auto runs = tasks::run_payload_from(first->detour.at(0).payload).value();
  step.ref.ordinal = 102;
  payload = tasks::agent_payload_from(first->detour.at(1).payload).value();
  step.inputs = {{101, tasks::to_json_text(tasks::RunOutput{.results = {{.call = runs.runs[0].call, .exit_code = 0, .output = "fine"}}})}};
  const auto second = run();  // its finish is lost
  ASSERT_TRUE(second) << to_string(second.error());
  step.attempt = 2;
  const auto again = run();
  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_EQ(model.asked.size(), 3u) << "the loop is where it was, and waits for the second run";
  EXPECT_EQ(again->detour.at(0).payload, second->detour.at(0).payload);
}

TEST_F(AnAgent, ThatAsksAPersonGoesOnWithTheAnswer) {
  model.call({{"ask_user", R"({"question":"To two or to three?"})"}});
  model.call({{"edit_file", kEdit}});
  model.call({{"finish", kFinish}});
  const auto asked = run();
  ASSERT_TRUE(asked && asked->question) << (asked ? asked->output : to_string(asked.error()));
  EXPECT_THAT(asked->question->description, HasSubstr("To two or to three?"));
  step.attempt = 2;
  step.answers.push_back(
      {.step = 100, .name = asked->question->name, .verdict = tasks::Verdict::correct, .text = "to two, please", .by = "ann"});
  const auto result = run();
  ASSERT_TRUE(result && !result->question) << (result ? result->question->name : to_string(result.error()));
  EXPECT_EQ(model.asked.size(), 3u);
  EXPECT_THAT(model.asked[1], HasSubstr("to two, please"));
  EXPECT_EQ(changed(*result, "a.py"), "def count():\n    return 2\n");
}

TEST_F(AnAgent, ChangesAProtectedFileWithAPersonsWordThatItHandsOn) {
  model.call({{"create_file", R"({"path":"go.sum","content":"x\n"})"}});
  model.call({{"finish", kFinish}});
  const auto asked = run();
  ASSERT_TRUE(asked && asked->question) << (asked ? asked->output : to_string(asked.error()));
  EXPECT_EQ(asked->question->name, tasks::protected_files_question({"go.sum"}));
  step.attempt = 2;
  step.task.answers = {{.step = 90, .name = asked->question->name, .verdict = tasks::Verdict::approve, .text = ""}};
  const auto result = run();
  ASSERT_TRUE(result && !result->question) << (result ? result->question->name : to_string(result.error()));
  EXPECT_EQ(changed(*result, "go.sum"), "x\n");
  EXPECT_EQ(tasks::change_output_from(result->output)->granted, (std::vector<tasks::Paths>{{"go.sum"}}));
}

TEST_F(AnAgent, GoesOnWithoutAProtectedFileWhenAPersonSaysNo) {
  model.call({{"create_file", R"({"path":"go.sum","content":"x\n"})"}});
  model.call({{"edit_file", kEdit}});
  model.call({{"finish", kFinish}});
  const auto asked = run();
  ASSERT_TRUE(asked && asked->question);
  step.attempt = 2;
  step.answers.push_back({.step = 100, .name = asked->question->name, .verdict = tasks::Verdict::reject, .text = "no"});
  const auto result = run();
  ASSERT_TRUE(result && !result->question) << (result ? result->question->name : to_string(result.error()));
  EXPECT_EQ(changed(*result, "go.sum"), "<none>");
  EXPECT_EQ(changed(*result, "a.py"), "def count():\n    return 2\n");
}

TEST_F(AnAgent, WorksOnTopOfTheStepsBeforeIt) {
  auto before = testing::make_step(remote.url(), {tasks::EditFile{"a.py", "return 1", "return 1  # one"}}, tasks::Queue::codegen, "change");
  before.ref.ordinal = 99;
  before.payload = tasks::to_json_text(tasks::ChangePayload{.base_commit = base, .operations = {0}});
  const auto made = CodegenHandler(options()).run(before, context);
  ASSERT_TRUE(made);
  step.inputs = {{99, made->output}};
  model.call({{"edit_file", R"({"path":"a.py","old_string":"return 1  # one","new_string":"return 2"})"}});
  model.call({{"run_command", R"({"command":"true"})"}});
  const auto left = run();
  ASSERT_TRUE(left) << to_string(left.error());
  ASSERT_EQ(left->detour.size(), 2u) << left->output;
  EXPECT_EQ(left->detour[0].inputs, (std::vector<std::int16_t>{99}));
  EXPECT_EQ(left->detour[1].inputs, (std::vector<std::int16_t>{99, -1}));
}

TEST_F(AnAgent, IsHeldToWhatItsStepMayTouchWhateverItSays) {
  payload.node.write_set = {"b.py"};
  reads_edits_finishes();
  const auto result = run();
  if (result) {
    EXPECT_EQ(tasks::change_output_from(result->output)->patch, "") << "nothing of it was allowed";
  }
  EXPECT_THAT(model.asked.back(), HasSubstr("not among the files that this step may change"));
}

TEST_F(AnAgent, IsHeldToConstraintsThatCameWhileItWorked) {
  reads_edits_finishes();
  context.constraints = tasks::Constraints{.avoid_files = {"a.py"}};
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "agent_refused");
  EXPECT_THAT(result.error().message, HasSubstr("avoid_files_violated"));
}

}  // namespace
}  // namespace argosy::codegen
