// How a task looks from outside.
#include "workers/ingest/read/task_view.h"

#include <gtest/gtest.h>

#include "common/tasks/payloads.h"

namespace argosy::ingest {
namespace {

store::TaskView task_with(std::vector<store::StepView> steps) {
  store::TaskView out;
  out.id = *TaskId::parse("01a2b3c4-d5e6-7000-8000-0123456789ab");
  out.org = kDefaultOrg;
  out.repository_id = "o/r";
  out.request = R"({"repository_id":"o/r"})";
  tasks::TaskContext context;
  context.branch = "argosy/x";
  out.context = tasks::to_json_text(context);
  out.state = tasks::TaskState::running;
  out.created_at = 1'795'282'433'123;
  out.last_seq = 9;
  out.steps = std::move(steps);
  return out;
}

json::Value shown(const store::TaskView& task) {
  config::Settings settings;
  settings.public_url = "http://api";
  settings.public_ws_url = "ws://ws";
  return task_json(task, settings);
}

store::StepView step(std::int16_t ordinal, tasks::Queue queue, std::string kind, tasks::StepState state, std::string output = {}) {
  store::StepView out;
  out.ordinal = ordinal;
  out.queue = queue;
  out.kind = std::move(kind);
  out.state = state;
  out.output = std::move(output);
  return out;
}

TEST(TaskView, ShowsTheStepsWithTheirEdgesAndTimes) {
  auto change = step(100, tasks::Queue::codegen, "change", tasks::StepState::running);
  change.depends_on = {0};
  change.attempts = 2;
  change.started_at = 1'795'282'434'000;
  change.history = {
      {.attempt = 1, .started_at = 1, .finished_at = 2, .outcome = "retry", .error = fail_transient("fetch_failed", "no net").error()}};
  const auto value = shown(task_with({step(0, tasks::Queue::planning, "plan", tasks::StepState::succeeded), change}));
  const auto& shown_step = value.array_or_empty("steps").at(1);
  EXPECT_EQ(shown_step.array_or_empty("depends_on").at(0).as_int(), 0);
  EXPECT_EQ(shown_step.string_or("started_at", ""), "2026-11-21T17:33:54.000Z");
  EXPECT_TRUE(shown_step.find("finished_at")->is_null());
  EXPECT_EQ(shown_step.array_or_empty("history").at(0).find("error")->string_or("category", ""), "A");
  EXPECT_EQ(value.string_or("current_agent", ""), "codegen");
  EXPECT_EQ(value.string_or("branch", ""), "argosy/x");
  EXPECT_EQ(value.string_or("logs_url", ""), "http://api/api/v1/tasks/01a2b3c4-d5e6-7000-8000-0123456789ab/logs");
}

TEST(TaskView, HasNoResultBeforeTheBranchIsPushed) {
  const auto value = shown(task_with({step(0, tasks::Queue::planning, "plan", tasks::StepState::running)}));
  EXPECT_TRUE(value.find("result")->is_null());
  EXPECT_TRUE(value.find("error")->is_null());
  EXPECT_TRUE(value.find("finished_at")->is_null());
}

TEST(TaskView, ShowsBranchFilesAndTestsOnceItIsPushed) {
  tasks::TestOutput test;
  test.tests = {.passed = 7, .failed = 1, .skipped = 2, .duration_ms = 1500};
  test.framework = "pytest";
  test.failing = {"test_a"};
  test.failed_before = {"test_a"};
  tasks::PushOutput push;
  push.branch = "argosy/x";
  push.commit = "c1";
  push.base_commit = "b1";
  push.diff_stat = "1 file changed";
  push.files = {{.path = "a.py", .status = "modified", .added = 3, .removed = 1}};
  const auto value = shown(task_with({step(103, tasks::Queue::testing, "test", tasks::StepState::succeeded, tasks::to_json_text(test)),
                                      step(104, tasks::Queue::git, "push", tasks::StepState::succeeded, tasks::to_json_text(push))}));
  const auto* result = value.find("result");
  ASSERT_TRUE(result->is_object());
  EXPECT_EQ(result->string_or("commit", ""), "c1");
  EXPECT_EQ(result->int_or("files_changed", 0), 1);
  EXPECT_TRUE(result->find("note")->is_null());
  EXPECT_EQ(result->find("tests")->int_or("passed", 0), 7);
  EXPECT_EQ(result->find("tests")->array_or_empty("failed_before").size(), 1u);
}

TEST(TaskView, ShowsWhyItFailedWithDetailsForPrograms) {
  auto task = task_with({});
  task.state = tasks::TaskState::failed;
  task.error = Error{.category = Category::needs_user,
                     .code = "symbol_not_found",
                     .message = "no such symbol",
                     .hint = "",
                     .details = R"({"files":["a.py"]})"};
  const auto value = shown(task);
  const auto* error = value.find("error");
  EXPECT_EQ(error->string_or("category", ""), "B");
  EXPECT_TRUE(error->find("hint")->is_null());
  EXPECT_EQ(error->find("details")->array_or_empty("files").size(), 1u);
}

TEST(TaskView, SurvivesRowsThatItCannotRead) {
  auto task = task_with({step(104, tasks::Queue::git, "push", tasks::StepState::succeeded, "not json")});
  task.request = "{";
  task.context = "";
  const auto value = shown(task);
  EXPECT_TRUE(value.find("request")->is_object());
  EXPECT_TRUE(value.find("result")->is_null());
}

}  // namespace
}  // namespace argosy::ingest
