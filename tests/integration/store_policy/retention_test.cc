// What is over and old goes, in bounded batches; what is open stays. Times are moved by hand.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "common/core/json.h"
#include "common/store/blobs.h"
#include "common/store/dead_letters.h"
#include "common/store/models/exchanges.h"
#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using tasks::Queue;
using ::testing::IsEmpty;

constexpr Retention kMonth{.task_days = 30, .artifact_days = 30};
constexpr UnixMillis kDay = 86'400'000;

class Retired : public StoreTest {
 protected:
  WorkerId planner = worker(Queue::planning);

  // Its id says that it was made so long ago; so does what the test does to its rows.
  NewTask old_task(int days) {
    NewTask wanted = task();
    wanted.id = TaskId{Uuid::v7(system_clock().unix_ms() - days * kDay)};
    return wanted;
  }
  void end(const TaskId& id, Outcome outcome = Outcome::succeeded) {
    auto result = finished(claim_one(planner, Queue::planning, {id, 0}), outcome);
    if (outcome == Outcome::failed) result.error = Error{.category = Category::needs_user, .code = "gone", .message = "gone", .hint = {}};
    must(finish(*db, planner, {result}));
  }
  void age(const TaskId& id, int days) {
    database.query(
        fmt::format("UPDATE task SET created_at = created_at - interval '{1} days', finished_at = finished_at - interval '{1} days', "
                    "settled_at = settled_at - interval '{1} days' WHERE task_id = '{0}'",
                    id.to_string(), days));
  }
  TaskId ended(int days, Outcome outcome = Outcome::succeeded) {
    const TaskId id = submit_one(old_task(days));
    end(id, outcome);
    age(id, days);
    return id;
  }
  bool is_kept(const TaskId& id) { return must(get_task(*db, kDefaultOrg, id)).has_value(); }
  std::string put(const TaskId& id, const std::string& bytes) {
    const std::string sha = crypto::sha256_hex(bytes);
    must(put_blob(*db,
                  {.task = id, .attempt = 1, .kind = "patch", .name = "p", .sha256 = sha, .size = static_cast<std::int64_t>(bytes.size())},
                  bytes, 1 << 30));
    return sha;
  }
  std::string count(const std::string& from) { return database.value("SELECT count(*) FROM " + from); }
};

TEST_F(Retired, AnOldTaskGoesWithEverythingThatIsKeptOfIt) {
  const TaskId id = ended(40, Outcome::failed);
  put(id, "bytes");
  must(record_delivery(*db, id, 0, "msg", 1, 200, ""));
  must(put_exchange(*db, {.id = Uuid::v7(1), .step = {id, 0}, .source = "model"}));
  must(redrive(*db, Uuid::v4(), kDefaultOrg, "operator", {{id, 0}}));
  end(id, Outcome::failed);
  age(id, 40);
  const TaskId young = ended(20);
  EXPECT_EQ(must(retire(*db, kMonth)), 1u);
  EXPECT_FALSE(is_kept(id));
  EXPECT_TRUE(is_kept(young));
  const auto tables = database.query(
      "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'task_id'"
      " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition");
  EXPECT_GT(tables.size(), 10u);
  for (const auto& table : tables) {
    // Keys have a time of their own, and slots are swept by claims.
    if (table[0] == "idempotency_key" || table[0] == "running_slot") continue;
    EXPECT_EQ(count(fmt::format("{} WHERE task_id = '{}'", table[0], id.to_string())), "0") << table[0];
    EXPECT_EQ(count(fmt::format("task_table WHERE name = '{}'", table[0] == "event" ? "event_default" : table[0])), "1")
        << table[0] << " is not forgotten";
  }
}

TEST_F(Retired, WhatIsOpenStaysHoweverOldItIs) {
  const TaskId waiting = submit_one(old_task(400)), running = submit_one(old_task(400));
  claim_one(planner, Queue::planning, {running, 0});
  // Ended, and its notification is still to be sent.
  NewTask told = old_task(400);
  told.steps.push_back(notify_step(1));
  const TaskId telling = submit_one(told);
  end(telling);
  database.query("UPDATE task SET finished_at = finished_at - interval '400 days' WHERE finished_at IS NOT NULL");
  must(retire(*db, kMonth));
  for (const TaskId& id : {waiting, running, telling}) EXPECT_TRUE(is_kept(id));
}

TEST_F(Retired, BatchesAreBoundedAndTheWalkGoesOnBehindWhatMustStay) {
  for (int i = 0; i < 4; ++i) submit_one(old_task(400 - i));  // open: they stand in the way
  for (int i = 0; i < 5; ++i) ended(100 - i);
  std::size_t passes = 0;
  while (must(retire(*db, kMonth, 2)) >= 2) ++passes;
  EXPECT_EQ(passes, 4u);
  EXPECT_EQ(count("task"), "4");
  EXPECT_EQ(must(retire(*db, kMonth, 100)), 4u);  // from the beginning again
}

TEST_F(Retired, NothingGoesWhereNothingIsAskedFor) {
  ended(10'000);
  EXPECT_EQ(must(retire(*db, {})), 0u);
  EXPECT_FALSE(must(drop_event_partition(*db, {})));
  EXPECT_EQ(count("task"), "1");
}

TEST_F(Retired, ARedriveThatIsFirstKeepsItsTask) {
  const TaskId id = ended(40, Outcome::failed);
  auto first = database.session();
  first.query("BEGIN");
  first.query(fmt::format("SELECT redrive_v1('{}', '{}', 'operator', '{{{}}}', '{{0}}')", Uuid::v4().to_string(), kDefaultOrg.to_string(),
                          id.to_string()));
  EXPECT_EQ(must(retire(*db, kMonth)), 1u);  // looked at, and left: somebody has it in hand
  first.query("COMMIT");
  must(retire(*db, kMonth));
  EXPECT_EQ(task_state(id), "running");
  EXPECT_EQ(step_state({id, 0}), "ready");
}

TEST_F(Retired, ARedriveThatIsSecondFindsNothing) {
  const TaskId id = ended(40, Outcome::failed);
  auto first = database.session(), watcher = database.session();
  first.query("BEGIN");
  first.query("SELECT retire_v1(30, 30, 10)");
  auto pool = database.open(1);
  std::jthread second([&] { EXPECT_THAT(must(redrive(*pool, Uuid::v4(), kDefaultOrg, "operator", {{id, 0}})).steps, IsEmpty()); });
  ASSERT_TRUE(testing::eventually([&] {
    return watcher.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%redrive%'") != "0";
  }));
  first.query("COMMIT");
  second.join();
  EXPECT_EQ(count("step"), "0");
}

TEST_F(Retired, AWeekOfEventsIsDroppedWhenNoneOfItsTasksIsLeft) {
  ASSERT_EQ(database.value("SELECT add_event_partition_v1(clock_timestamp() - interval '60 days')"), "t");
  const std::string week =
      "event_" +
      database.value("SELECT to_char(date_trunc('week', (clock_timestamp() - interval '60 days') AT TIME ZONE 'UTC'), 'YYYYMMDD')");
  const TaskId id = submit_one(old_task(60));
  EXPECT_NE(count(week), "0");
  EXPECT_FALSE(must(drop_event_partition(*db, kMonth)));  // it is open
  end(id);
  age(id, 60);
  EXPECT_FALSE(must(drop_event_partition(*db, kMonth)));  // it is kept still
  must(retire(*db, kMonth));
  // A finish is writing: the lock is not to be had, and not waited for.
  auto writer = database.session();
  writer.query("BEGIN");
  writer.query(
      fmt::format("INSERT INTO event VALUES ('{}', 1, 1, now(), '{{x}}', '{{y}}')", Uuid::v7(system_clock().unix_ms()).to_string()));
  EXPECT_FALSE(must(drop_event_partition(*db, kMonth)));
  writer.query("COMMIT");
  EXPECT_TRUE(must(drop_event_partition(*db, kMonth)));
  EXPECT_EQ(database.value(fmt::format("SELECT to_regclass('{}')", week)), "NULL");
  EXPECT_FALSE(must(drop_event_partition(*db, kMonth)));
  // A late event of that week has a place all the same.
  EXPECT_TRUE(is_kept(submit_one(old_task(60))));
}

TEST_F(Retired, PatchesGoBeforeTheirTasksButNotThoseThatARedriveNeeds) {
  const TaskId done = ended(40), dead = ended(40, Outcome::failed), young = ended(1);
  const std::string sha = put(done, "one");
  put(dead, "two");
  put(young, "three");
  must(retire(*db, {.task_days = 0, .artifact_days = 30}));
  EXPECT_EQ(must(get_blob(*db, done, sha)), std::nullopt);
  EXPECT_THAT(must(list_blobs(*db, done)), IsEmpty());
  EXPECT_EQ(must(list_blobs(*db, dead)).size(), 1u);
  EXPECT_EQ(must(list_blobs(*db, young)).size(), 1u);
  EXPECT_TRUE(is_kept(done));
}

class Bytes : public Retired {
 protected:
  void age_bytes() { database.query("UPDATE blob_chunk SET kept_at = kept_at - interval '2 days'"); }
};

TEST_F(Bytes, GoWhenNobodyNamesThemAnyMore) {
  const TaskId one = ended(40), other = ended(1);
  put(one, "mine");
  put(one, "shared");
  put(other, "shared");
  age_bytes();
  must(retire(*db, kMonth));
  EXPECT_EQ(must(expire(*db)), 1u);
  EXPECT_EQ(must(get_blob(*db, other, crypto::sha256_hex("shared"))), "shared");
  EXPECT_EQ(count("blob_chunk"), "1");
}

TEST_F(Bytes, ThatManyNameDoNotHideThoseThatNobodyNames) {
  const TaskId id = ended(1);
  put(id, "named");
  database.query(R"(
    INSERT INTO blob_chunk SELECT sha256(n::text::bytea), 0, 'x', clock_timestamp() - interval '3 days' FROM generate_series(1, 1500) n;
    INSERT INTO blob_link SELECT (SELECT task_id FROM task), sha256(n::text::bytea), 'n', (SELECT org_id FROM task), 0, 1, 'log', 1, now()
      FROM generate_series(1, 1500) n;
    INSERT INTO blob_chunk VALUES (sha256('lost'), 0, 'x', clock_timestamp() - interval '2 days'))");
  EXPECT_EQ(must(expire(*db)), 0u);  // it looked at a thousand
  EXPECT_EQ(must(expire(*db)), 1u);  // and went on behind them
  EXPECT_EQ(count("blob_chunk"), "1501");
}

TEST_F(Bytes, ThatArePutAgainMeanwhileStay) {
  const TaskId id = submit_one();
  const std::string sha = put(id, "again");
  database.query("DELETE FROM blob_link");
  age_bytes();
  auto putting = database.session(), watcher = database.session();
  putting.query("BEGIN");
  putting.query(fmt::format("SELECT put_chunks_v1('\\x{}', 0, ARRAY['again'::bytea])", sha));
  std::jthread expiring([&] { EXPECT_EQ(must(expire(*db)), 0u); });
  ASSERT_TRUE(testing::eventually([&] {
    return watcher.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%expire%'") != "0";
  }));
  putting.query("COMMIT");
  expiring.join();
  EXPECT_EQ(count("blob_chunk"), "1");
}

TEST_F(Bytes, OfMessagesThatDidNotParseTheNewestAreKept) {
  database.query(
      "INSERT INTO poison (topic, kafka_partition, kafka_offset, reason, body) SELECT 't', 0, n, 'r', 'b' FROM generate_series(1, 10300) "
      "n");
  EXPECT_EQ(must(expire(*db, 256)), 256u);
  EXPECT_EQ(must(expire(*db, 256)), 44u);
  EXPECT_EQ(must(expire(*db, 256)), 0u);
  EXPECT_EQ(count("poison"), "10000");
  EXPECT_EQ(database.value("SELECT min(kafka_offset) FROM poison"), "301");
}

}  // namespace
}  // namespace argosy::store
