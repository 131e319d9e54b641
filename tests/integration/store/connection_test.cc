// Connections break; calls do not. What is in doubt is repeated under the same tokens.
#include <fmt/format.h>

#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using tasks::Queue;
using namespace std::chrono_literals;

class Connection : public StoreTest {
 protected:
  void terminate_all() {
    database.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'test'");
  }
  bool somebody_waits_for_a_lock() {
    return database.value(
               "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'test' AND "
               "wait_event_type = 'Lock'") != "0";
  }
};

TEST_F(Connection, AFinishWhoseConnectionIsKilledInMidCallIsRepeatedAndAcceptedOnce) {
  const TaskId id = submit_one();
  const WorkerId planner = worker(Queue::planning);
  const ClaimedStep step = claim_one(planner, Queue::planning, {id, 0});
  testing::SqlSession blocker = database.session();
  blocker.query("BEGIN");
  blocker.query("SELECT 1 FROM task FOR UPDATE");
  Finished done;
  std::jthread call([&] { done = must(finish(*db, planner, {finished(step)})); });
  ASSERT_TRUE(testing::eventually([&] { return somebody_waits_for_a_lock(); }));
  terminate_all();
  blocker.query("COMMIT");
  call.join();
  EXPECT_EQ(done.accepted.size(), 1u);
  EXPECT_EQ(task_state(id), "succeeded");
  expect_seq_without_holes(id);
}

TEST_F(Connection, IdleConnectionsThatWereKilledAreReplaced) {
  submit_one();
  for (int round = 0; round < 3; ++round) {
    terminate_all();
    submit_one();
  }
  EXPECT_EQ(database.value("SELECT count(*) FROM task"), "4");
}

TEST_F(Connection, ALockThatIsHeldForLongIsWaitedForInShortCalls) {
  const TaskId id = submit_one();
  testing::SqlSession blocker = database.session();
  blocker.query("BEGIN");
  blocker.query("SELECT 1 FROM task FOR UPDATE");
  Database impatient({.url = database.url(), .connections = 1, .application_name = "test", .lock_timeout = 20ms});
  const auto refused = cancel(impatient, kDefaultOrg, id, "tester");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "database_conflict");
  EXPECT_EQ(refused.error().category, Category::transient);
  blocker.query("COMMIT");
  EXPECT_EQ(must(cancel(impatient, kDefaultOrg, id, "tester")).kind, Cancelled::Kind::cancelled);
}

TEST_F(Connection, MoreCallersThanConnectionsTakeTurns) {
  auto narrow = database.open(1);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int call = 0; call < 10; ++call) must(read_heads(*narrow, {}));
    });
  threads.clear();
  EXPECT_EQ(database.value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'test'"), "1");
}

TEST_F(Connection, AServerThatDoesNotAnswerIsAnErrorWithAHint) {
  Database nowhere({.url = "postgresql://nobody:hidden@127.0.0.1:1/none", .acquire_timeout = 100ms});
  const auto refused = read_heads(nowhere, {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "database_unavailable");
  EXPECT_EQ(to_string(refused.error()).find("hidden"), std::string::npos);
  EXPECT_TRUE(nowhere.problem().has_value());
}

}  // namespace
}  // namespace argosy::store
