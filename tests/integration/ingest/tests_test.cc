// What a task's tests found, as clients read it.
#include "common/store/test_results.h"
#include "tests/integration/ingest/api.h"
#include "tests/integration/ingest/played_worker.h"

namespace argosy::ingest {
namespace {

class TaskTests : public Api {
 protected:
  void SetUp() override {
    start();
    add_repository();
  }
  // A task whose only step after the plan ran these.
  std::string tested(const tasks::TestResults& results) {
    const auto id = submit();
    PlayedWorker worker(db(), *TaskId::parse(id));
    tasks::NewStep step;
    step.ordinal = 100;
    step.queue = tasks::Queue::testing;
    step.kind = "test";
    step.title = "test";
    step.payload = "{}";
    worker.succeed(0, tasks::Queue::planning, "{}", {step});
    const auto claimed = worker.claim(100, tasks::Queue::testing);
    const auto kept = store::put_test_results(db(), claimed.ref, claimed.attempt, claimed.lease_epoch, results);
    EXPECT_TRUE(kept && *kept);
    worker.finish(claimed, {.output = "{}"});
    return "/api/v1/tasks/" + id + "/tests";
  }
};

TEST_F(TaskTests, AreReadInPages) {
  tasks::TestResults results{.framework = "go", .command = "go test", .passed = 4, .failed = 1, .duration_ms = 1200, .cases_seen = 5};
  results.cases.push_back(
      {.name = "TestBad", .file = "a_test.go", .line = 3, .outcome = "failed", .message = "boom", .failed_before = true});
  for (int i = 0; i < 4; ++i) results.cases.push_back({.name = "TestGood", .outcome = "passed", .duration_ms = i, .flaky = i == 0});
  const auto path = tested(results);
  auto page = get(path + "?limit=2");
  ASSERT_EQ(page.status, 200) << page.text;
  ASSERT_EQ(page.body.array_or_empty("runs").size(), 1u);
  EXPECT_EQ(page.body.array_or_empty("runs")[0].int_or("cases_kept", 0), 5);
  EXPECT_EQ(page.body.array_or_empty("cases")[0].string_or("message", ""), "boom");
  EXPECT_EQ(page.body.array_or_empty("cases")[0].int_or("line", 0), 3);
  EXPECT_TRUE(page.body.array_or_empty("cases")[1].find("line")->is_null());
  std::size_t seen = page.body.array_or_empty("cases").size();
  while (!page.body.find("next_cursor")->is_null()) {
    page = get(path + "?limit=2&cursor=" + page.body.string_or("next_cursor", ""));
    ASSERT_EQ(page.status, 200) << page.text;
    seen += page.body.array_or_empty("cases").size();
  }
  EXPECT_EQ(seen, 5u);
  EXPECT_EQ(get(path + "?status=failed").body.array_or_empty("cases").size(), 1u);
  EXPECT_EQ(get(path + "?status=skipped").body.array_or_empty("cases").size(), 0u);
}

TEST_F(TaskTests, OfATaskWithoutTestsAreNoneAndOfNoTaskNotFound) {
  const auto none = get("/api/v1/tasks/" + submit() + "/tests");
  ASSERT_EQ(none.status, 200) << none.text;
  EXPECT_TRUE(none.body.array_or_empty("runs").empty());
  EXPECT_TRUE(none.body.array_or_empty("cases").empty());
  EXPECT_EQ(get("/api/v1/tasks/" + Uuid::v7(1).to_string() + "/tests").problem(), "/problems/task_not_found");
}

TEST_F(TaskTests, AreAskedForInWordsThatExist) {
  const auto path = "/api/v1/tasks/" + submit() + "/tests";
  for (const std::string query : {"?status=red", "?limit=0", "?limit=1001", "?after=3"})
    EXPECT_EQ(get(path + query).problem(), "/problems/parameter_invalid") << query;
  for (const std::string cursor : {"x", "MS50ZXN0cy4x", "MS50ZXN0cy4tMS8w"})
    EXPECT_EQ(get(path + "?cursor=" + cursor).problem(), "/problems/cursor_invalid") << cursor;
}

}  // namespace
}  // namespace argosy::ingest
