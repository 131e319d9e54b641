// Promises of what the end of a task is called, and of criteria on their way.
#include "common/tasks/agent/end_of_task.h"

#include <gtest/gtest.h>

#include "common/tasks/payloads.h"

namespace argosy::tasks {
namespace {

std::optional<EndReason> after(Category category, std::string code) {
  return end_reason_of(TaskState::failed, Error{.category = category, .code = std::move(code), .message = "m", .hint = "h"});
}

TEST(EndOfTask, ATaskThatHasNotEndedHasNoReason) {
  for (const auto state : {TaskState::queued, TaskState::planning, TaskState::running, TaskState::waiting})
    EXPECT_EQ(end_reason_of(state, std::nullopt), std::nullopt);
}

TEST(EndOfTask, TheStateTellsWhereItCan) {
  EXPECT_EQ(end_reason_of(TaskState::succeeded, std::nullopt), EndReason::completed);
  EXPECT_EQ(end_reason_of(TaskState::cancelled, std::nullopt), EndReason::cancelled);
}

TEST(EndOfTask, ElseTheErrorDoesAndItsCategoryWhereItsCodeIsOfNobodyElse) {
  EXPECT_EQ(after(Category::needs_user, "budget_exhausted"), EndReason::budget);
  EXPECT_EQ(after(Category::transient, "step_timed_out"), EndReason::timeout);
  EXPECT_EQ(after(Category::needs_user, "checkpoint_expired"), EndReason::needs_user);
  EXPECT_EQ(after(Category::code_logic, "tests_failed"), EndReason::gate);
  EXPECT_EQ(after(Category::security, "secret_in_diff"), EndReason::error);
  EXPECT_EQ(after(Category::transient, "git_failed"), EndReason::error);
}

TEST(EndOfTask, WhatAnAgentEndsWithIsFoundAgain) {
  for (const auto reason : {EndReason::budget, EndReason::iterations, EndReason::stuck, EndReason::refused, EndReason::needs_user,
                            EndReason::gate, EndReason::timeout, EndReason::cancelled, EndReason::error}) {
    const auto code = agent_error_code(reason);
    EXPECT_EQ(after(Category::needs_user, code), reason) << code;
    EXPECT_EQ(end_reason_from_string(to_string(reason)), reason);
  }
  EXPECT_EQ(after(Category::needs_user, "agent_without_model"), EndReason::needs_user) << "no reason of an agent";
}

TEST(EndOfTask, CriteriaGoWithTheTestAndComeBackWithWhatCameOfThem) {
  const Criterion criterion{.id = "c1", .text = "the old name still works", .check = "python3 check.py"};
  const auto payload =
      tree_payload_from(to_json_text(TreePayload{.base_commit = "c0ffee", .target_branch = "main", .criteria = {criterion}}));
  ASSERT_TRUE(payload) << to_string(payload.error());
  EXPECT_EQ(payload->criteria, std::vector{criterion});
  TestOutput made;
  made.framework = "pytest";
  made.criteria = {{criterion, "failed"}};
  const auto output = test_output_from(to_json_text(made));
  ASSERT_TRUE(output) << to_string(output.error());
  ASSERT_EQ(output->criteria.size(), 1u);
  EXPECT_EQ(output->criteria[0].criterion, criterion);
  EXPECT_EQ(output->criteria[0].outcome, "failed");
}

}  // namespace
}  // namespace argosy::tasks
