// Steering a task over the API: what each operation answers, repeated, for foreign tasks and in the wrong state.
#include "tests/integration/ingest/api.h"

#include "tests/integration/ingest/played_worker.h"

namespace argosy::ingest {
namespace {

class SteerApi : public Api {
 protected:
  void SetUp() override {
    start();
    add_repository();
  }
  Answer steer(const std::string& task, const std::string& what, json::Object body = {}, http::Headers headers = {}) {
    return post("/api/v1/tasks/" + task + "/" + what, body, std::move(headers));
  }
  json::Value shown(const std::string& task) { return get("/api/v1/tasks/" + task).body; }
  static std::string nobodys() { return TaskId{Uuid::v7(1)}.to_string(); }
};

TEST_F(SteerApi, PausesATaskAndLetsItGoOn) {
  const std::string task = submit();
  for (int repeated = 0; repeated < 2; ++repeated) {
    const auto answer = steer(task, "pause");
    EXPECT_EQ(answer.status, 200) << answer.text;
    EXPECT_TRUE(answer.body.bool_or("paused", false));
  }
  EXPECT_EQ(shown(task).string_or("status", ""), "waiting");
  EXPECT_TRUE(shown(task).bool_or("paused", false));
  const auto listed = get("/api/v1/tasks?status=waiting").body;
  ASSERT_EQ(listed.array_or_empty("tasks").size(), 1u);
  EXPECT_TRUE(listed.array_or_empty("tasks")[0].bool_or("paused", false));
  for (int repeated = 0; repeated < 2; ++repeated) {
    const auto answer = steer(task, "resume");
    EXPECT_EQ(answer.status, 200) << answer.text;
    EXPECT_FALSE(answer.body.bool_or("paused", true));
  }
  EXPECT_EQ(shown(task).string_or("status", ""), "queued");
  EXPECT_FALSE(shown(task).bool_or("paused", true));
}

TEST_F(SteerApi, ShowsWhatAStepAsksAndTakesTheAnswer) {
  const std::string task = submit();
  PlayedWorker worker(db(), TaskId::parse(task).value());
  store::FinishedStep asks;
  asks.outcome = store::FinishedStep::Outcome::asked;
  asks.question = tasks::Question{.name = "review", .type = "approval", .description = "May I?"};
  asks.answer_within = std::chrono::hours(1);
  worker.finish(worker.claim(0, tasks::Queue::planning), asks);
  const auto waiting = shown(task);
  EXPECT_EQ(waiting.string_or("status", ""), "waiting");
  ASSERT_EQ(waiting.array_or_empty("checkpoints").size(), 1u);
  const auto& open = waiting.array_or_empty("checkpoints")[0];
  EXPECT_EQ(open.string_or("checkpoint_id", ""), "0-review");
  EXPECT_EQ(open.string_or("description", ""), "May I?");

  EXPECT_EQ(steer(task, "checkpoints/0-review", {{"verdict", "maybe"}}).pointer(), "/verdict");
  EXPECT_EQ(steer(task, "checkpoints/0-review", {{"verdict", "correct"}}).pointer(), "/text");
  EXPECT_EQ(steer(task, "checkpoints/review", {{"verdict", "approve"}}).problem(), "/problems/checkpoint_not_found");
  for (int repeated = 0; repeated < 2; ++repeated) {
    const auto answer = steer(task, "checkpoints/0-review", {{"verdict", "correct"}, {"text", "only in src"}});
    EXPECT_EQ(answer.status, 200) << answer.text;
    EXPECT_EQ(answer.body.string_or("verdict", ""), "correct");
  }
  const auto late = steer(task, "checkpoints/0-review", {{"verdict", "reject"}});
  EXPECT_EQ(late.problem(), "/problems/checkpoint_answered");
  EXPECT_FALSE(late.body.string_or("hint", "").empty());
  EXPECT_TRUE(shown(task).array_or_empty("checkpoints").empty());
  EXPECT_EQ(steer(nobodys(), "checkpoints/0-review", {{"verdict", "approve"}}).problem(), "/problems/task_not_found");
}

TEST_F(SteerApi, NarrowsWhatATaskMayTouchAndNeverWidensIt) {
  const std::string task = submit({{"constraints", json::Object{{"avoid_files", json::Array{"legacy/"}}, {"max_files_changed", 9}}}});
  for (int repeated = 0; repeated < 2; ++repeated) {
    const auto answer = steer(task, "constraints", {{"avoid_files", json::Array{"vendor/**", "legacy/"}}, {"max_files_changed", 5}});
    EXPECT_EQ(answer.status, 200) << answer.text;
    EXPECT_EQ(json::dump(*answer.body.find("constraints")), R"({"avoid_files":["legacy/","vendor/**"],"max_files_changed":5})");
  }
  EXPECT_EQ(json::dump(*shown(task).find("constraints")), R"({"avoid_files":["legacy/","vendor/**"],"max_files_changed":5})");
  const auto looser = steer(task, "constraints", {{"max_files_changed", 6}});
  EXPECT_EQ(looser.problem(), "/problems/constraint_loosens");
  EXPECT_EQ(looser.pointer(), "/max_files_changed");
  EXPECT_EQ(steer(task, "constraints").problem(), "/problems/request_invalid");
  EXPECT_EQ(steer(task, "constraints", {{"avoid_files", json::Array{""}}}).pointer(), "/avoid_files/0");
  EXPECT_EQ(steer(nobodys(), "constraints", {{"max_files_changed", 1}}).status, 404);
  EXPECT_EQ(steer(task, "cancel").status, 200);
  EXPECT_EQ(steer(task, "constraints", {{"max_files_changed", 1}}).problem(), "/problems/task_final");
}

// Plan and one change, and the test that follows it fails.
class RollBackApi : public SteerApi {
 protected:
  std::string failed_task() {
    const std::string task = submit({{"notify", json::Array{json::Object{{"webhook", "http://127.0.0.1:9/hook"}}}},
                                     {"constraints", json::Object{{"max_files_changed", 9}}}});
    PlayedWorker worker(db(), TaskId::parse(task).value());
    worker.succeed(
        0, tasks::Queue::planning, "{}",
        {{.ordinal = 100, .queue = tasks::Queue::codegen, .kind = "change", .title = "change it", .payload = "{}"},
         {.ordinal = 101, .queue = tasks::Queue::testing, .kind = "test", .title = "test it", .payload = "{}", .depends_on = {100}}});
    worker.succeed(100, tasks::Queue::codegen, "{}");
    store::FinishedStep red;
    red.outcome = store::FinishedStep::Outcome::failed;
    red.error = Error{.category = Category::code_logic, .code = "red_tests", .message = "two tests are red", .hint = {}};
    worker.finish(worker.claim(101, tasks::Queue::testing), red);
    return task;
  }
};

TEST_F(RollBackApi, SetsAFailedTaskBackToAStep) {
  const std::string task = failed_task();
  EXPECT_EQ(shown(task).string_or("status", ""), "failed");
  EXPECT_EQ(steer(task, "rollback", {{"to_step", -1}}).pointer(), "/to_step");
  EXPECT_EQ(steer(task, "rollback").problem(), "/problems/request_invalid");
  EXPECT_EQ(steer(task, "rollback", {{"to_step", 101}}).problem(), "/problems/step_not_finished");
  EXPECT_EQ(steer(task, "rollback", {{"to_step", 77}}).status, 404);
  EXPECT_EQ(steer(nobodys(), "rollback", {{"to_step", 100}}).problem(), "/problems/task_not_found");
  std::string first;
  for (int repeated = 0; repeated < 2; ++repeated) {
    const auto answer = steer(task, "rollback", {{"to_step", 100}}, {{"Idempotency-Key", "once"}});
    EXPECT_EQ(answer.status, 200) << answer.text;
    EXPECT_EQ(answer.body.int_or("generation", 0), 1);
    EXPECT_EQ(answer.body.array_or_empty("superseded").size(), 1u);
    if (repeated == 0) first = answer.text;
    EXPECT_EQ(answer.text, first);
  }
  EXPECT_EQ(steer(task, "rollback", {{"to_step", 0}}, {{"Idempotency-Key", "once"}}).problem(), "/problems/idempotency_key_reused");
  const auto running = shown(task);
  EXPECT_EQ(running.string_or("status", ""), "running");
  EXPECT_TRUE(running.find("error")->is_null());
  bool replaced = false;
  for (const auto& step : running.array_or_empty("steps")) replaced |= step.int_or("replaces", 0) == 101;
  EXPECT_TRUE(replaced) << json::dump(running);
}

TEST_F(RollBackApi, SubmitsATaskThatHasEndedOnceMoreAsANewOne) {
  const std::string task = failed_task();
  const auto again = steer(task, "retry");
  ASSERT_EQ(again.status, 202) << again.text;
  const std::string other = again.body.string_or("task_id", "");
  EXPECT_NE(other, task);
  EXPECT_TRUE(again.header("Location").ends_with(other));
  const auto repeated = steer(task, "retry");
  EXPECT_EQ(repeated.text, again.text);
  EXPECT_EQ(repeated.header("Idempotency-Replayed"), "true");
  EXPECT_NE(steer(task, "retry", {}, {{"Idempotency-Key", "another"}}).body.string_or("task_id", ""), other);

  const auto now = shown(other);
  EXPECT_EQ(now.string_or("rerun_of", ""), task);
  EXPECT_EQ(now.string_or("status", ""), "queued");
  EXPECT_EQ(now.find("constraints")->int_or("max_files_changed", 0), 9);
  EXPECT_EQ(json::dump(*now.find("request")), json::dump(*shown(task).find("request")));
  EXPECT_NE(now.string_or("branch", ""), shown(task).string_or("branch", ""));
  EXPECT_EQ(steer(other, "retry").problem(), "/problems/task_open");
  EXPECT_EQ(steer(nobodys(), "retry").problem(), "/problems/task_not_found");
}

TEST_F(RollBackApi, RepeatsATaskWithWhatWasAddedToItsConstraints) {
  const std::string task = submit();
  EXPECT_EQ(steer(task, "constraints", {{"avoid_files", json::Array{"vendor/"}}}).status, 200);
  EXPECT_EQ(steer(task, "cancel").status, 200);
  const std::string other = steer(task, "retry").body.string_or("task_id", "");
  EXPECT_EQ(json::dump(*shown(other).find("constraints")), R"({"avoid_files":["vendor/"],"max_files_changed":null})");
}

TEST_F(SteerApi, RefusesToSteerWhatHasEndedAndSaysWhatToDo) {
  const std::string task = submit();
  EXPECT_EQ(steer(task, "cancel").status, 200);
  for (const std::string what : {"pause", "resume"}) {
    const auto answer = steer(task, what);
    EXPECT_EQ(answer.status, 409) << what;
    EXPECT_EQ(answer.problem(), "/problems/task_final") << what;
    EXPECT_FALSE(answer.body.string_or("hint", "").empty()) << what;
    EXPECT_EQ(steer(nobodys(), what).status, 404) << what;
    EXPECT_EQ(steer("no-id", what).status, 404) << what;
  }
}

}  // namespace
}  // namespace argosy::ingest
