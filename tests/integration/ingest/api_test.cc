// Every operation of the REST API on a real Postgres and a real Kafka, from the first POST to a task that is done.
#include "tests/integration/ingest/api.h"

#include <gmock/gmock.h>

#include "common/core/crypto.h"
#include "common/store/blobs.h"
#include "common/tasks/payloads.h"
#include "tests/integration/ingest/played_worker.h"
#include "tests/support/eventually.h"

namespace argosy::ingest {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TaskId id_of(const std::string& text) { return TaskId::parse(text).value_or(TaskId{}); }

class IngestApi : public Api {
 protected:
  void SetUp() override { start(); }

  // The task's way to a pushed branch: plan, change, test, push; one log, one patch, one report.
  void play_to_the_end(const std::string& task) {
    PlayedWorker worker(db(), id_of(task));
    const std::string patch = put(task, 100, "patch", "step-100.patch", "diff --git a/old.txt b/old.txt\n");
    const std::string report = put(task, 101, "report", "report.xml", "<testsuite/>");
    put(task, 101, "log", "step-101-attempt-1.log", "collected 3 items\n\xff\xfe done\n");
    worker.succeed(0, tasks::Queue::planning, tasks::to_json_text(tasks::PlanOutput{"base", "main"}),
                   {step(100, tasks::Queue::codegen, "change", {}), step(101, tasks::Queue::testing, "test", {100}),
                    step(102, tasks::Queue::git, "push", {101})},
                   {tasks::agent_thought("planning", "one file goes", system_clock().unix_ms())});
    worker.succeed(100, tasks::Queue::codegen, tasks::to_json_text(tasks::ChangeOutput{.patch = patch, .files = {deleted_file()}}), {},
                   {tasks::file_modified("old.txt", 0, 3)});
    tasks::TestOutput tested;
    tested.tests = {.passed = 3, .failed = 0, .skipped = 1, .duration_ms = 1200};
    tested.framework = "pytest";
    tested.command = "python3 -m pytest";
    tested.report = report;
    worker.succeed(101, tasks::Queue::testing, tasks::to_json_text(tested));
    tasks::PushOutput pushed;
    pushed.branch = "argosy/x";
    pushed.commit = "c0ffee";
    pushed.base_commit = "base";
    pushed.diff_stat = "1 file changed, 3 deletions(-)";
    pushed.files = {deleted_file()};
    worker.succeed(102, tasks::Queue::git, tasks::to_json_text(pushed));
  }

  std::string put(const std::string& task, std::int16_t ordinal, const std::string& kind, const std::string& name,
                  const std::string& bytes) {
    store::BlobLink link;
    link.task = id_of(task);
    link.step = ordinal;
    link.attempt = 1;
    link.kind = kind;
    link.name = name;
    link.sha256 = crypto::sha256_hex(bytes);
    link.size = static_cast<std::int64_t>(bytes.size());
    EXPECT_TRUE(store::put_blob(db(), link, bytes, 1 << 20));
    return link.sha256;
  }

 private:
  static tasks::ChangedFile deleted_file() { return {.path = "old.txt", .status = "deleted", .added = 0, .removed = 3}; }
  static tasks::NewStep step(std::int16_t ordinal, tasks::Queue queue, std::string kind, std::vector<std::int16_t> depends_on) {
    tasks::NewStep out;
    out.ordinal = ordinal;
    out.queue = queue;
    out.title = kind + " it";
    out.kind = std::move(kind);
    out.payload = "{}";
    out.depends_on = std::move(depends_on);
    return out;
  }
};

TEST_F(IngestApi, TakesATaskAndShowsItQueued) {
  add_repository();
  const auto answer = post("/api/v1/tasks", task_body({{"prompt", "Drop the old file"}, {"priority", "urgent"}}));
  ASSERT_EQ(answer.status, 202) << answer.text;
  const std::string task = answer.body.string_or("task_id", "");
  EXPECT_THAT(answer.header("Location"), EndsWith("/api/v1/tasks/" + task));
  EXPECT_THAT(answer.body.string_or("stream_url", ""), StartsWith("ws://"));
  EXPECT_TRUE(answer.body.find("estimated_duration_minutes")->is_null());

  const auto shown = get("/api/v1/tasks/" + task);
  EXPECT_EQ(shown.body.string_or("status", ""), "queued");
  EXPECT_EQ(shown.body.string_or("priority", ""), "urgent");
  EXPECT_THAT(shown.body.string_or("branch", ""), HasSubstr("drop-the-old-file"));
  EXPECT_EQ(shown.body.find("request")->string_or("prompt", ""), "Drop the old file");
  EXPECT_EQ(shown.body.array_or_empty("steps").size(), 1u);
  EXPECT_EQ(get("/api/v1/tasks/" + task + "/events").body.int_or("head", 0), 1);
}

TEST_F(IngestApi, ShowsATaskThatIsDoneWithItsResultEventsLogsAndArtifacts) {
  add_repository();
  const std::string task = submit({{"notify", json::Array{json::Object{{"webhook", "http://127.0.0.1:9/hook"}}}}});
  play_to_the_end(task);
  const auto shown = get("/api/v1/tasks/" + task);
  EXPECT_EQ(shown.body.string_or("status", ""), "succeeded") << shown.text;
  EXPECT_EQ(shown.body.int_or("progress_percentage", 0), 100);
  const auto* result = shown.body.find("result");
  ASSERT_TRUE(result != nullptr && result->is_object()) << shown.text;
  EXPECT_EQ(result->string_or("commit", ""), "c0ffee");
  EXPECT_EQ(result->find("tests")->int_or("passed", 0), 3);
  EXPECT_EQ(shown.body.array_or_empty("steps").size(), 5u);

  std::vector<std::string> types;
  std::int64_t expected = 1;
  for (std::int64_t after = 0;;) {
    const auto page = get("/api/v1/tasks/" + task + "/events?limit=3&after=" + std::to_string(after));
    for (const auto& event : page.body.array_or_empty("events")) {
      EXPECT_EQ(event.int_or("seq", 0), expected++);
      types.push_back(event.string_or("type", ""));
    }
    after = page.body.int_or("next_after", 0);
    if (after == 0) break;
  }
  EXPECT_THAT(types, ::testing::IsSupersetOf({"task_state", "step_state", "agent_thought", "file_modified"}));
  EXPECT_EQ(types.front(), "task_state");

  const auto artifacts = get("/api/v1/tasks/" + task + "/artifacts?limit=2");
  EXPECT_EQ(artifacts.body.array_or_empty("artifacts").size(), 2u);
  const auto rest = get("/api/v1/tasks/" + task + "/artifacts?limit=2&cursor=" + artifacts.body.string_or("next_cursor", ""));
  EXPECT_EQ(rest.body.array_or_empty("artifacts").size(), 1u);
  EXPECT_TRUE(rest.body.find("next_cursor")->is_null());

  const auto logs = get("/api/v1/tasks/" + task + "/logs");
  EXPECT_EQ(logs.body.array_or_empty("logs").size(), 1u);
  const auto log = get("/api/v1/tasks/" + task + "/logs?step=101");
  EXPECT_EQ(log.body.string_or("text", ""), "collected 3 items\n\uFFFD\uFFFD done\n");
  EXPECT_TRUE(log.body.bool_or("complete", false));
  EXPECT_EQ(get("/api/v1/tasks/" + task + "/logs?step=101&attempt=1&offset=10").body.string_or("text", ""), "3 items\n\uFFFD\uFFFD done\n");
  EXPECT_TRUE(get("/api/v1/tasks/" + task + "/logs?step=100").body.bool_or("complete", false));  // over, and it printed nothing
  EXPECT_EQ(get("/api/v1/tasks/" + task + "/logs?step=77").problem(), "/problems/log_not_found");
  EXPECT_EQ(get("/api/v1/tasks/" + task + "/logs?step=101&attempt=2").problem(), "/problems/log_not_found");
}

TEST_F(IngestApi, ServesArtifactsSoThatNoBrowserRunsThem) {
  add_repository();
  const std::string task = submit();
  const std::string other = submit();
  const std::string sha = put(task, 100, "report", "a\"b/report.xml", "<script>alert(1)</script>");
  const std::string where = "/api/v1/tasks/" + task + "/artifacts/" + sha;
  const auto answer = get(where);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.text, "<script>alert(1)</script>");
  EXPECT_EQ(answer.header("Content-Type"), "application/xml");
  EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(answer.header("Content-Disposition"), "attachment; filename=\"a_b_report.xml\"");
  EXPECT_THAT(answer.header("Content-Security-Policy"), HasSubstr("sandbox"));
  EXPECT_EQ(get(where, {{"If-None-Match", answer.header("ETag")}}).status, 304);
  EXPECT_EQ(call("HEAD", where).text, "");
  EXPECT_EQ(get("/api/v1/tasks/" + other + "/artifacts/" + sha).problem(), "/problems/artifact_not_found");
  EXPECT_EQ(get("/api/v1/tasks/" + task + "/artifacts/..%2f..%2fetc%2fpasswd").problem(), "/problems/artifact_not_found");
}

TEST_F(IngestApi, CancelsOnceAndAgainButNotWhatHasSucceeded) {
  add_repository();
  const std::string task = submit();
  for (int i = 0; i < 2; ++i) {
    const auto answer = call("POST", "/api/v1/tasks/" + task + "/cancel");
    EXPECT_EQ(answer.status, 200) << answer.text;
    EXPECT_EQ(answer.body.string_or("status", ""), "cancelled");
  }
  EXPECT_EQ(get("/api/v1/tasks/" + task).body.string_or("status", ""), "cancelled");
  const std::string done = submit();
  play_to_the_end(done);
  const auto refused = call("POST", "/api/v1/tasks/" + done + "/cancel");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.problem(), "/problems/task_final");
}

TEST_F(IngestApi, ShowsWhyATaskFailed) {
  add_repository();
  const std::string task = submit();
  PlayedWorker worker(db(), id_of(task));
  store::FinishedStep failed;
  failed.outcome = store::FinishedStep::Outcome::failed;
  failed.error = fail_user("branch_not_found", "there is no branch x", "push it first").error();
  failed.error->details = R"({"branch":"x"})";
  worker.finish(worker.claim(0, tasks::Queue::planning), failed);
  const auto shown = get("/api/v1/tasks/" + task);
  EXPECT_EQ(shown.body.string_or("status", ""), "failed");
  const auto* error = shown.body.find("error");
  ASSERT_TRUE(error != nullptr && error->is_object()) << shown.text;
  EXPECT_EQ(error->string_or("category", ""), "B");
  EXPECT_EQ(error->string_or("code", ""), "branch_not_found");
  EXPECT_EQ(error->string_or("hint", ""), "push it first");
}

TEST_F(IngestApi, ListsTasksNewestFirstByStateAndRepositoryPageByPage) {
  add_repository();
  std::vector<std::string> expected;
  for (int i = 0; i < 5; ++i) expected.insert(expected.begin(), submit());
  ASSERT_EQ(call("POST", "/api/v1/tasks/" + expected[2] + "/cancel").status, 200);
  std::vector<std::string> seen;
  for (std::string cursor;;) {
    const auto page = get("/api/v1/tasks?limit=2" + cursor);
    for (const auto& task : page.body.array_or_empty("tasks")) seen.push_back(task.string_or("task_id", ""));
    const std::string next = page.body.string_or("next_cursor", "");
    if (next.empty()) break;
    cursor = "&cursor=" + next;
  }
  EXPECT_EQ(seen, expected);
  EXPECT_EQ(get("/api/v1/tasks?status=cancelled").body.array_or_empty("tasks").size(), 1u);
  EXPECT_EQ(get("/api/v1/tasks?status=queued&repository_id=org/library").body.array_or_empty("tasks").size(), 4u);
  EXPECT_EQ(get("/api/v1/tasks?repository_id=org/other").body.array_or_empty("tasks").size(), 0u);
}

TEST_F(IngestApi, EstimatesFromTasksOfTheSameRepositoryAndKind) {
  add_repository();
  play_to_the_end(submit());
  // What was found before the first of them ended is kept for a moment.
  EXPECT_TRUE(testing::eventually([&] { return post("/api/v1/tasks", task_body()).body.find("estimated_duration_minutes")->is_number(); }));
  const auto other =
      post("/api/v1/tasks", task_body({{"change", json::Array{json::Object{{"op", "create_file"}, {"path", "a"}, {"content", ""}}}}}));
  EXPECT_TRUE(other.body.find("estimated_duration_minutes")->is_null());
}

TEST_F(IngestApi, CarriesTheCallersTraceIntoTheTask) {
  add_repository();
  const std::string trace = "0af7651916cd43dd8448eb211c80319c";
  const std::string task = submit({}, {{"traceparent", "00-" + trace + "-b7ad6b7169203331-01"}});
  PlayedWorker worker(db(), id_of(task));
  EXPECT_THAT(worker.claim(0, tasks::Queue::planning).traceparent, HasSubstr(trace));
}

TEST_F(IngestApi, DescribesItself) {
  EXPECT_EQ(get("/openapi.json").body.string_or("openapi", ""), "3.1.0");
  EXPECT_EQ(get("/problems/body_missing").body.int_or("status", 0), 400);
  EXPECT_EQ(get("/problems/none").status, 404);
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_EQ(get("/api/v1/tasks").status, 200);
  EXPECT_THAT(get("/metrics").text, HasSubstr("argosy_http_requests_total{route=\"GET /api/v1/tasks\",status=\"200\"} 1"));
}

}  // namespace
}  // namespace argosy::ingest
