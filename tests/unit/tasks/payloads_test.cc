// Promises of what steps say to each other, and of the events that clients see.
#include "common/tasks/payloads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/tasks/events.h"

namespace argosy::tasks {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Payloads, TheContextGoesThereAndBack) {
  const TaskContext context{
      .org_id = "o",
      .repository_id = "a/b",
      .url = "https://h/a/b",
      .default_branch = "main",
      .setup_command = "make fetch",
      .test_command = "make test",
      .prompt = "please",
      .change = {RenameSymbol{.language = "go", .from = "a", .to = "b", .kind = "", .paths = {}, .force = {}}, DeleteFile{"x"}},
      .avoid_files = {"legacy/"},
      .max_files_changed = 10,
      .webhooks = {"https://w"},
      .branch = "argosy/x",
      .commit_time_ms = 1'795'283'033'123,
      .user = "ann"};
  const auto back = task_context_from(to_json_text(context));
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(to_json_text(*back), to_json_text(context));
  EXPECT_EQ(back->change.size(), 2u);
  EXPECT_EQ(back->max_files_changed, 10);
  EXPECT_EQ(back->commit_time_ms, context.commit_time_ms);
}

TEST(Payloads, EveryOtherOneGoesThereAndBack) {
  const auto same = [](const auto& value, auto&& read) {
    const auto back = read(to_json_text(value));
    ASSERT_TRUE(back) << to_string(back.error());
    EXPECT_EQ(to_json_text(*back), to_json_text(value));
  };
  same(ChangePayload{"c0ffee", {0, 2}}, change_payload_from);
  same(TreePayload{"c0ffee", "main"}, tree_payload_from);
  same(TreePayload{.base_commit = "c0ffee", .target_branch = "main", .round = 2, .failed = {{"tests", 2}}}, tree_payload_from);
  const FailedGate red{
      .gate = "tests", .code = "tests_failed", .text = "t1 fails", .hint = "h", .details = "{}", .failing = {"t1"}, .times = 2};
  const AcceptedGate accepted{.gate = "lint", .text = "F401", .by = "ann", .failing = {}, .code = "lint_findings_added"};
  same(FixPayload{.base_commit = "c0ffee", .round = 2, .max_rounds = 5, .test_step = 102, .gates = {red}, .report = "r"}, fix_payload_from);
  const FixPayload goes_on{
      .base_commit = "c0ffee", .test_step = 102, .gates = {red}, .report = "r", .write_set = {"src/**"}, .state = "s", .ran = true};
  same(goes_on, fix_payload_from);
  EXPECT_TRUE(fix_payload_from(to_json_text(goes_on))->ran);
  EXPECT_EQ(tree_payload_from(to_json_text(TreePayload{.base_commit = "c", .target_branch = "m", .write_set = {"src/**"}}))->write_set,
            std::vector<std::string>{"src/**"});
  same(ChangeOutput{.patch = "", .files = {}, .accepted = {accepted}}, change_output_from);
  TestOutput stopped{{4, 1, 2, 900}, "pytest", "pytest -q", "r", "l", {"t1"}, {"t0"}};
  stopped.failed = {red};
  stopped.accepted = {accepted};
  same(stopped, test_output_from);
  same(NotifyPayload{3, "msg_1"}, notify_payload_from);
  same(PlanOutput{"c0ffee", "main"}, plan_output_from);
  same(ChangeOutput{"sha", {{"a", "modified", 1, 2}, {"b", "added", 3, 0}}}, change_output_from);
  same(TestOutput{{4, 1, 2, 900}, "pytest", "pytest -q", "r", "l", {"t1"}, {"t0"}}, test_output_from);
  same(PushOutput{"argosy/x", "c1", "c0", "1 file", "note", "sha", {{"a", "deleted", 0, 9}}}, push_output_from);
}

TEST(Payloads, ATestHandsOnItsPatchLikeAChange) {
  TestOutput test;
  test.patch = "sha";
  test.accepted = {{.gate = "lint", .text = "F401", .by = "ann"}};
  const auto handed_on = change_output_from(to_json_text(test));
  ASSERT_TRUE(handed_on) << to_string(handed_on.error());
  EXPECT_EQ(handed_on->patch, "sha");
  EXPECT_TRUE(handed_on->files.empty());
  EXPECT_TRUE(handed_on->accepted.empty()) << "people accept in fixes";
}

TEST(Payloads, AFixWithoutAGateIsNone) {
  EXPECT_THAT(fix_payload_from(R"({"base_commit":"a","round":1,"max_rounds":5,"test_step":102,"gates":[]})").error().message,
              HasSubstr("/gates"));
}

TEST(Payloads, TimesOfAGateAreCountedOverRounds) {
  std::vector<FailedGate> now{{.gate = "tests", .code = "c", .text = "t", .hint = "", .details = ""},
                              {.gate = "lint", .code = "c", .text = "t", .hint = "", .details = ""}};
  const auto all = counted({{"coverage", 1}, {"tests", 1}}, now);
  EXPECT_EQ(now[0].times, 2);
  EXPECT_EQ(now[1].times, 1);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].times, 1) << "coverage held this time, and stays counted";
}

TEST(Payloads, WhatAnotherVersionAddedIsPassedOver) {
  EXPECT_TRUE(plan_output_from(R"({"base_commit":"a","target_branch":"b","new_member":1})"));
}

TEST(Payloads, WhatIsMissingOrOfAnotherTypeIsRefusedWithItsPlace) {
  EXPECT_THAT(plan_output_from(R"({"base_commit":"a"})").error().message, HasSubstr("\"target_branch\" is missing"));
  EXPECT_THAT(test_output_from(R"({"framework":"f","command":"c"})").error().message, HasSubstr("\"tests\" is missing"));
  EXPECT_THAT(test_output_from(R"({"framework":"f","command":"c","tests":{"passed":1}})").error().message, HasSubstr("/tests"));
  EXPECT_THAT(change_output_from(R"({"patch":"p","files":[{"path":"a"}]})").error().message, HasSubstr("/files/0"));
  EXPECT_THAT(change_payload_from(R"({"base_commit":"a","operations":[1.5]})").error().message, HasSubstr("/operations/0"));
  EXPECT_THAT(task_context_from(R"({"org_id":"o","repository_id":"r","url":"u","branch":"b","commit_time_ms":1,"change":[{"op":"x"}]})")
                  .error()
                  .message,
              HasSubstr("/change"));
  EXPECT_EQ(plan_output_from("[]").error().code, "payload_invalid");
  EXPECT_EQ(plan_output_from("{").error().code, "json_malformed");
}

TEST(Events, AreJsonWithTheFieldsThatTheApiPromises) {
  EXPECT_EQ(agent_thought("codegen", "because", 0).data,
            R"({"agent":"codegen","reasoning":"because","timestamp":"1970-01-01T00:00:00.000Z"})");
  EXPECT_EQ(file_modified("a b", 3, 1).data, R"({"path":"a b","diff_stat":{"added":3,"removed":1}})");
  EXPECT_EQ(command_executed("go test", 1, "FAIL").data, R"({"command":"go test","exit_code":1,"stdout_snippet":"FAIL"})");
  const NewEvent error = error_event({Category::needs_user, "symbol_not_found", "no such symbol", "check the name"}, false);
  EXPECT_EQ(error.type, "error");
  EXPECT_EQ(error.data,
            R"({"category":"B","code":"symbol_not_found","message":"no such symbol","hint":"check the name","recoverable":false})");
}

TEST(Events, AreBoundedCleanAndWithoutSecrets) {
  const NewEvent event = command_executed("git clone https://bob:pw@h/x", 0, std::string(100'000, 'x') + "\xff");
  EXPECT_LT(event.data.size(), 20'000u);
  EXPECT_THAT(event.data, ::testing::Not(HasSubstr("bob:pw")));
  EXPECT_TRUE(json::parse(event.data));
}

}  // namespace
}  // namespace argosy::tasks
