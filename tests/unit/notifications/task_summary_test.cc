// What subscribers learn of a task, from what the store shows.
#include "workers/notifications/task_summary.h"

#include <gtest/gtest.h>

namespace argosy::notifications {
namespace {

store::StepView step(const std::string& kind, tasks::StepState state, const std::string& output) {
  store::StepView made;
  made.kind = kind;
  made.state = state;
  made.output = output;
  return made;
}

TEST(TaskSummary, TakesBranchCommitAndCountsFromTheStepsThatMadeThem) {
  store::TaskView task;
  task.repository_id = "org/repo";
  task.state = tasks::TaskState::succeeded;
  task.finished_at = 123'000;
  task.steps = {
      step("test", tasks::StepState::succeeded,
           tasks::to_json_text(tasks::TestOutput{.tests = {.passed = 3, .failed = 1, .skipped = 2, .duration_ms = 9},
                                                 .framework = {},
                                                 .command = {},
                                                 .report = {},
                                                 .log = {},
                                                 .failing = {},
                                                 .failed_before = {}})),
      step("push", tasks::StepState::succeeded,
           tasks::to_json_text(tasks::PushOutput{
               .branch = "argosy/x", .commit = "abc", .base_commit = {}, .diff_stat = {}, .note = {}, .patch = {}, .files = {}}))};
  const auto summary = summarise(task);
  EXPECT_EQ(summary.branch, "argosy/x");
  EXPECT_EQ(summary.commit, "abc");
  EXPECT_EQ(summary.tests->passed, 3);
  EXPECT_EQ(summary.ended_at, 123'000);
  EXPECT_EQ(summary.repository_id, "org/repo");
}

TEST(TaskSummary, OfATaskThatFailedHoldsItsErrorAndNothingThatDidNotHappen) {
  store::TaskView task;
  task.state = tasks::TaskState::failed;
  task.error = fail_code("tests_failed", "1 test fails").error();
  task.steps = {step("test", tasks::StepState::failed, ""), step("push", tasks::StepState::cancelled, "")};
  const auto summary = summarise(task);
  EXPECT_EQ(summary.error->code, "tests_failed");
  EXPECT_EQ(summary.branch, "");
  EXPECT_FALSE(summary.tests);
}

TEST(SigningKey, TakesTheSecretWithAndWithoutItsPrefix) {
  const auto with = signing_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), without = signing_key("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  ASSERT_TRUE(with && without);
  EXPECT_EQ(*with, *without);
  EXPECT_EQ(with->size(), 24u);
}

// The example of the specification.
TEST(Signature, IsThatOfTheSpecification) {
  const auto key = signing_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  ASSERT_TRUE(key);
  const auto headers = signed_headers(*key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1'614'265'330'000, R"({"test": 2432232314})");
  EXPECT_EQ(headers.at("webhook-signature"), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

}  // namespace
}  // namespace argosy::notifications
