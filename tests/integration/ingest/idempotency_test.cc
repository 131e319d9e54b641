// One key, one task: at once, again, after a crash, and while the first is still on its way.
#include <gmock/gmock.h>

#include <future>
#include <set>

#include "tests/integration/ingest/api.h"

namespace argosy::ingest {
namespace {

using ::testing::StartsWith;

class IngestIdempotency : public Api {
 protected:
  std::string count(const std::string& table) { return database().value("SELECT count(*) FROM " + table); }
  Answer keyed(const std::string& key, json::Object more = {}) {
    return post("/api/v1/tasks", task_body(std::move(more)), {{"Idempotency-Key", key}});
  }
};

TEST_F(IngestIdempotency, ReplaysTheStoredAnswerAlsoAfterARestart) {
  start();
  add_repository();
  const auto first = keyed("a key");
  ASSERT_EQ(first.status, 202) << first.text;
  EXPECT_EQ(first.header("Idempotency-Replayed"), "");
  const auto second = keyed("a key");
  EXPECT_EQ(second.status, 202);
  EXPECT_EQ(second.text, first.text);
  EXPECT_EQ(second.header("Location"), first.header("Location"));
  EXPECT_EQ(second.header("Idempotency-Replayed"), "true");
  stop();
  start();
  EXPECT_EQ(keyed("a key").text, first.text);
  EXPECT_EQ(count("task"), "1");
}

TEST_F(IngestIdempotency, ComparesBodiesAsCanonicalJson) {
  start();
  add_repository();
  const http::Headers key{{"Idempotency-Key", "k"}};
  const auto first = call("POST", "/api/v1/tasks", R"({"repository_id":"org/library","change":[{"op":"delete_file","path":"a"}]})", key);
  ASSERT_EQ(first.status, 202) << first.text;
  const auto spaced =
      call("POST", "/api/v1/tasks", R"({ "change": [ { "path": "\u0061", "op": "delete_file" } ], "repository_id": "org/library" })", key);
  EXPECT_EQ(spaced.text, first.text);
  const auto other = call("POST", "/api/v1/tasks", R"({"repository_id":"org/library","change":[{"op":"delete_file","path":"b"}]})", key);
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(other.problem(), "/problems/idempotency_key_reused");
  EXPECT_EQ(count("task"), "1");
}

TEST_F(IngestIdempotency, MakesOneTaskOfAThousandRequestsAtOnce) {
  start();
  add_repository();
  constexpr int kClients = 20;
  constexpr int kRequests = 50;
  std::vector<std::future<std::set<std::string>>> clients;
  for (int c = 0; c < kClients; ++c) {
    clients.push_back(std::async(std::launch::async, [&] {
      std::set<std::string> tasks;
      for (int r = 0; r < kRequests;) {
        const auto answer = keyed("the key");
        EXPECT_TRUE(answer.status == 202 || answer.status == 409) << answer.text;
        if (answer.status == 409) EXPECT_EQ(answer.header("Retry-After"), "1");
        if (answer.status == 202) {
          tasks.insert(answer.body.string_or("task_id", ""));
          ++r;
        }
      }
      return tasks;
    }));
  }
  std::set<std::string> tasks;
  for (auto& client : clients) tasks.merge(client.get());
  EXPECT_EQ(tasks.size(), 1u);
  EXPECT_EQ(count("task"), "1");
  EXPECT_EQ(count("step"), "1");
}

TEST_F(IngestIdempotency, MakesAThousandTasksOfAThousandKeysAtOnce) {
  start();
  add_repository();
  std::vector<std::future<void>> clients;
  for (int c = 0; c < 20; ++c) {
    clients.push_back(std::async(std::launch::async, [&, c] {
      for (int r = 0; r < 50; ++r) EXPECT_EQ(keyed(std::to_string(c) + "/" + std::to_string(r)).status, 202);
    }));
  }
  for (auto& client : clients) client.get();
  EXPECT_EQ(count("task"), "1000");
  EXPECT_EQ(database().value("SELECT count(DISTINCT context::json->>'branch') FROM task_spec"), "1000");
}

TEST_F(IngestIdempotency, SaysThatTheFirstIsStillOnItsWay) {
  start({{"ARGOSY_FAILPOINTS_SPEC", "submit.before_commit=delay(3000)*1"}});
  add_repository();
  auto first = std::async(std::launch::async, [&] { return keyed("k"); });
  ASSERT_TRUE(process().wait_log("failpoint submit.before_commit"));  // it waits there for seconds; what follows is one request
  const Answer second = keyed("k");
  EXPECT_EQ(second.status, 409);
  EXPECT_EQ(second.problem(), "/problems/idempotency_key_in_progress") << second.text;
  EXPECT_EQ(second.header("Retry-After"), "1");
  const Answer answer = first.get();
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(keyed("k").text, answer.text);
  EXPECT_EQ(count("task"), "1");
}

TEST_F(IngestIdempotency, FindsItsTaskAgainWhenItWasKilledBetweenCommitAndAnswer) {
  start({{"ARGOSY_FAILPOINTS_SPEC", "submit.after_commit=kill"}});
  add_repository();
  const auto lost = http::fetch({.method = "POST",
                                 .url = "http://127.0.0.1:" + std::to_string(port()) + "/api/v1/tasks",
                                 .headers = {{"Content-Type", "application/json"}, {"Idempotency-Key", "k"}},
                                 .body = json::dump(task_body())});
  EXPECT_FALSE(lost);
  process().wait_exit();
  EXPECT_EQ(count("task"), "1");
  start();
  const auto again = keyed("k");
  EXPECT_EQ(again.status, 202) << again.text;
  EXPECT_EQ(again.header("Idempotency-Replayed"), "true");
  EXPECT_EQ(count("task"), "1");
  EXPECT_EQ(database().value("SELECT task_id FROM task"), again.body.string_or("task_id", ""));
}

TEST_F(IngestIdempotency, RepeatsACallWhoseAnswerWasLostUnderTheSameIds) {
  start({{"ARGOSY_FAILPOINTS_SPEC", "submit.after_commit=error*1"}});
  add_repository();
  EXPECT_EQ(keyed("k").status, 202);
  EXPECT_EQ(submit().empty(), false);
  EXPECT_EQ(count("task"), "2");
}

}  // namespace
}  // namespace argosy::ingest
