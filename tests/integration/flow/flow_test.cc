// Postgres slow, frozen, away or without disk: clients are told to come back, and all goes on by itself. (Kafka away: tests/chaos.)
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "common/core/clock.h"
#include "common/core/crypto.h"
#include "common/core/text.h"
#include "common/store/moves.h"
#include "tests/integration/flow/small_disk.h"
#include "tests/support/database.h"
#include "tests/support/fleet/fleet.h"
#include "tests/support/fleet/postgres.h"

namespace argosy::test {
namespace {

using testing::eventually;

class Flow : public ::testing::Test {
 protected:
  static constexpr std::string_view kRepository = "org/library";

  // One server for all tests, a database for each.
  static OwnPostgres& postgres() {
    static OwnPostgres one;
    return one;
  }
  void start(const std::string& tablespace = "pg_default") {
    const std::string database = "flow_" + Uuid::v4().to_string().substr(0, 8);
    testing::SqlSession(postgres().url()).query(fmt::format("CREATE DATABASE {} TABLESPACE {}", database, tablespace));
    url_ = postgres().url(database);
    const char* brokers = std::getenv("ARGOSY_TEST_KAFKA_BROKERS");
    if (brokers == nullptr) throw std::runtime_error("ARGOSY_TEST_KAFKA_BROKERS is not set: run this under tests/with-services");
    fleet_.emplace(FleetOptions{.postgres_url = url_, .kafka_brokers = brokers, .environment = {{"ARGOSY_ANSWER_TIMEOUT_MS", "1500"}}});
    fleet_->start("ingest");
    fleet_->add_repository(std::string(kRepository), "https://example.org/library.git");
  }
  http::Response post(const std::string& key, std::string content = "x") {
    json::Array change;
    change.emplace_back(json::Object{{"op", "create_file"}, {"path", "a.txt"}, {"content", std::move(content)}});
    const auto answer = fleet_->request(
        "POST", "/api/v1/tasks", json::Object{{"repository_id", kRepository}, {"change", std::move(change)}}, {{"Idempotency-Key", key}});
    if (!answer) throw std::runtime_error(to_string(answer.error()));
    return *answer;
  }
  static void expect_come_back(const http::Response& answer) {
    EXPECT_EQ(answer.status, 503) << answer.body;
    EXPECT_TRUE(answer.headers.contains("Retry-After")) << answer.body;
    EXPECT_EQ(answer.headers.at("Content-Type"), "application/problem+json");
  }
  int status(const std::string& path) {
    const auto answer = fleet_->request("GET", path);
    return answer ? answer->status : 0;
  }
  bool is_taken(const std::string& key) {
    return eventually([&] { return post(key).status == 202; });
  }
  std::string tasks() { return testing::SqlSession(url_).value("SELECT count(*) FROM task"); }

  std::string url_;
  std::optional<Fleet> fleet_;
};

TEST_F(Flow, APostgresThatIsAwayMeansComeBackAndThenItGoesOn) {
  start();
  EXPECT_EQ(post("before").status, 202);
  postgres().stop_immediately();
  expect_come_back(post("meanwhile"));
  EXPECT_EQ(status("/readyz"), 503);
  EXPECT_EQ(status("/healthz"), 200);
  postgres().start();
  EXPECT_TRUE(is_taken("meanwhile"));
  EXPECT_TRUE(eventually([&] { return status("/readyz") == 200; }));
}

TEST_F(Flow, AFrozenPostgresBlocksNobodyWhoDoesNotNeedIt) {
  start();
  EXPECT_EQ(post("before").status, 202);
  postgres().freeze();
  {
    // More than the server has threads, the pool has threads, and the check has patience.
    std::vector<std::jthread> clients;
    for (int i = 0; i < 12; ++i) clients.emplace_back([&, i] { expect_come_back(post(fmt::format("frozen-{}", i))); });
    // Its last answer holds for a second.
    for (int i = 0; i < 4; ++i) clients.emplace_back([&] { EXPECT_TRUE(eventually([&] { return status("/readyz") == 503; })); });
    EXPECT_EQ(status("/healthz"), 200);
    EXPECT_EQ(status("/openapi.json"), 200);
  }
  postgres().thaw();
  // What was told to come back may have been done all the same, and is the same task under its key.
  for (int i = 0; i < 12; ++i) EXPECT_TRUE(is_taken(fmt::format("frozen-{}", i)));
  EXPECT_TRUE(eventually([&] { return status("/readyz") == 200; }));
  EXPECT_EQ(tasks(), "13");
}

TEST_F(Flow, APostgresThatIsSlowMeansComeBack) {
  start();
  testing::SqlSession slow(url_);
  slow.query("BEGIN; LOCK TABLE task IN ACCESS EXCLUSIVE MODE");
  expect_come_back(post("slow"));
  slow.query("COMMIT");
  EXPECT_TRUE(is_taken("slow"));
  EXPECT_EQ(tasks(), "1");
}

class FullDisk : public Flow {
 protected:
  // Incompressible, so that a few of them need new pages.
  static std::string noise(std::size_t bytes) { return text::hex(crypto::random_bytes(bytes / 2)); }

  SmallDisk disk_;
};

TEST_F(FullDisk, MeansComeBackLosesNothingAndGoesOnOnceThereIsRoom) {
  if (const auto why = disk_.mount(64)) GTEST_SKIP() << *why;
  postgres().restart_immediately();  // in the namespace that has the disk
  testing::SqlSession(postgres().url()).query(fmt::format("CREATE TABLESPACE small LOCATION '{}'", disk_.folder().string()));
  start("small");
  const auto first = post("first");
  ASSERT_EQ(first.status, 202) << first.body;
  const TaskId id = *TaskId::parse(json::parse(first.body)->string_or("task_id", ""));
  store::Database db({.url = url_, .connections = 1});
  const WorkerId worker{Uuid::v4()};
  const store::Renewal renewal{.worker = worker, .queue = tasks::Queue::planning, .host = "here", .lease = std::chrono::hours(1)};
  ASSERT_TRUE(store::renew(db, renewal));
  const auto claimed = store::claim(db, worker, tasks::Queue::planning, {{{id, 0}, Uuid::v4()}}, true);
  ASSERT_TRUE(claimed && claimed->size() == 1);

  disk_.fill();
  int taken = 1;
  http::Response refused;
  ASSERT_TRUE(eventually([&] {
    refused = post(fmt::format("more-{}", taken), noise(400'000));
    if (refused.status == 202) ++taken;
    return refused.status != 202;
  }));
  expect_come_back(refused);
  EXPECT_EQ(json::parse(refused.body)->string_or("type", ""), "/problems/database_full");
  EXPECT_EQ(status("/api/v1/tasks"), 200);  // what is there can be read
  const store::FinishedStep result{.ref = {id, 0}, .lease_epoch = claimed->front().lease_epoch, .output = noise(2'000'000)};
  const auto unfinished = store::finish(db, worker, {result});
  ASSERT_FALSE(unfinished);
  EXPECT_EQ(unfinished.error().code, "database_full");
  EXPECT_EQ(unfinished.error().category, Category::transient);

  disk_.make_room();
  EXPECT_TRUE(is_taken(fmt::format("more-{}", taken)));
  const auto finished = store::finish(db, worker, {result});
  ASSERT_TRUE(finished) << to_string(finished.error());
  EXPECT_EQ(finished->accepted.size(), 1u);
  EXPECT_EQ(tasks(), fmt::to_string(taken + 1));
}

}  // namespace
}  // namespace argosy::test
