// The moves stay on their indexes whatever the size of the tables: read from the plans that the server really used.
#include <fmt/format.h>

#include <regex>

#include "common/store/internal/connect.h"
#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using tasks::Queue;

testing::TestDatabase& large_database() {
  static testing::TestDatabase database;
  return database;
}

class Plan : public StoreTest {
 protected:
  Plan() : StoreTest(large_database()) {}

  // Many finished tasks, a few that are open: enough that a scan would be cheaper than an index for a careless planner only.
  void fill() {
    database.query(R"(
      INSERT INTO task (task_id, org_id, created_at, finished_at, settled_at, last_seq, state, lane, known_steps, open_steps, end_steps)
      SELECT uuid_at(timestamptz '2026-01-01' + n * interval '1 second'), '00000000-0000-4000-8000-000000000001', now(), now(), now(), 1, 'succeeded', 1, 3, 0, 0
        FROM generate_series(1, 10000) n;
      INSERT INTO task_spec SELECT task_id, org_id, 'org/name', 'k', '{}', '{}', '', '' FROM task;
      INSERT INTO step (task_id, org_id, ordinal, queue, lane, state, announced_at, deps_left, time_limit_ms, succeeded_at, output)
      SELECT task_id, org_id, o, o + 1, 1, 'succeeded', now() - interval '1 hour', 0, 1000, now(), '{}' FROM task, generate_series(0, 2) o;
      INSERT INTO step_spec SELECT task_id, ordinal, 'k', 't', '{}', '{}', '{}' FROM step;
      INSERT INTO attempt SELECT task_id, ordinal, 1, 1, org_id, now(), now(), 'succeeded', NULL, NULL, NULL, NULL, NULL, 1, 1 FROM step;
      INSERT INTO event SELECT task_id, 1, 1, now(), '{x}', '{y}' FROM task;
      ANALYZE)");
  }
  // All plans of one call, statements inside the functions included.
  std::string plans_of(const std::string& call) {
    testing::SqlSession session(connection_text({.url = database.url()}, true));
    session.query("LOAD 'auto_explain'");
    session.query("SET auto_explain.log_min_duration = 0; SET auto_explain.log_nested_statements = on; SET client_min_messages = log");
    session.query(call);
    return session.notices();
  }
  static void expect_indexes_only(const std::string& plans) {
    ASSERT_NE(plans.find("Index Scan"), std::string::npos) << plans;
    for (const auto* table : {"task", "task_spec", "step", "step_spec", "attempt", "event"}) {
      EXPECT_EQ(plans.find(fmt::format("Seq Scan on {} ", table)), std::string::npos) << table << "\n" << plans;
      EXPECT_EQ(plans.find(fmt::format("Seq Scan on {}_2", table)), std::string::npos) << table << "\n" << plans;
    }
    EXPECT_EQ(plans.find("Hash Join"), std::string::npos) << plans;
    EXPECT_EQ(plans.find("Merge Join"), std::string::npos) << plans;
  }
};

TEST_F(Plan, ClaimAndFinishFindTheirRowsByKey) {
  fill();
  const TaskId id = submit_one();
  const WorkerId planner = worker(Queue::planning);
  const std::string claimed = plans_of(fmt::format("SELECT * FROM claim_v2('{0}', 1::smallint, true, '{{{1}}}', '{{0}}', '{{{0}}}', true)",
                                                   planner.to_string(), id.to_string()));
  expect_indexes_only(claimed);
  EXPECT_NE(claimed.find("Index Scan using step_pkey"), std::string::npos);
  EXPECT_EQ(step_state({id, 0}), "running");

  const std::string done =
      plans_of(fmt::format("SELECT * FROM finish_v3('{}', '{{{}}}', '{{0}}', '{{{}}}', '{{succeeded}}', '{{x}}', '{{NULL}}', '{{NULL}}', "
                           "'{{NULL}}', '{{NULL}}', "
                           "'{{NULL}}', '{{0}}', '{{1}}', '{{2}}', '{{1}}', '{{agent_thought}}', '{{x}}', '{{1,1}}', '{{100,101}}', "
                           "'{{2,3}}', '{{change,test}}', "
                           "'{{a,b}}', '{{p,p}}', '{{\"{{}}\",\"{{100}}\"}}', '{{\"{{}}\",\"{{}}\"}}', '{{\"{{101}}\",\"{{}}\"}}', "
                           "'{{\"{{}}\",\"{{}}\"}}', '{{f,f}}', '{{1000,1000}}')",
                           planner.to_string(), id.to_string(), step_column({id, 0}, "lease_epoch")));
  expect_indexes_only(done);
  EXPECT_NE(done.find("Index Scan using task_pkey"), std::string::npos);
  EXPECT_EQ(step_state({id, 100}), "ready");

  const WorkerId coder = worker(Queue::codegen);
  const ClaimedStep change = claim_one(coder, Queue::codegen, {id, 100});
  const std::string plain = plans_of(
      fmt::format("SELECT * FROM finish_succeeded_v1('{{{}}}', '{{100}}', '{{{}}}', '{{x}}')", id.to_string(), change.lease_epoch));
  expect_indexes_only(plain);
  EXPECT_EQ(step_state({id, 101}), "ready");
}

TEST_F(Plan, TheSchedulerWalksWhatIsOpenAndNothingElse) {
  fill();
  submit_one();
  must(release(*db, 100));
  expect_indexes_only(plans_of("SELECT * FROM release_v2(100, 256, 0)"));
  expect_indexes_only(plans_of("SELECT * FROM reannounce_v1(256)"));
  expect_indexes_only(plans_of("SELECT * FROM promote_due_v1(256)"));
  const std::string rescued = plans_of("SELECT * FROM rescue_v1(3, 256)");
  expect_indexes_only(rescued);
  EXPECT_NE(rescued.find("task_live"), std::string::npos);
}

// The planner has seen no held step yet when a backlog comes, and takes an index of them for empty.
TEST_F(Plan, AReleaseFindsEachHeldStepByItsKey) {
  fill();
  submit_one();
  submit_one();
  database.query("UPDATE step SET announced_at = NULL WHERE state = 'ready'");
  const auto plans = plans_of("SELECT * FROM release_v2(100, 256, 0)");
  // The statement that locks them.
  const auto locks = plans.find("LockRows");
  ASSERT_NE(locks, std::string::npos) << plans;
  EXPECT_EQ(plans.substr(locks, 1200).find("step_held"), std::string::npos) << plans.substr(locks, 1200);
  EXPECT_NE(plans.substr(locks, 1200).find("step_pkey"), std::string::npos) << plans.substr(locks, 1200);
  // Whether anything is held back is asked for one row (a Limit), never for the set of all.
  std::smatch whole;
  EXPECT_FALSE(std::regex_search(plans, whole, std::regex(R"(SubPlan \d+\s+->[^\n]*\bstep\b[^\n]*)"))) << whole.str() << "\n" << plans;
}

TEST_F(Plan, ClaimAndFinishUpdateStepsInPlace) {
  // HOT: no index entry is written when a step is claimed or finished.
  const TaskId id = planned({new_step(100, Queue::codegen)});
  const WorkerId coder = worker(Queue::codegen);
  const auto cold = [&] {
    return std::stoi(
        testing::SqlSession(database.url()).value("SELECT n_tup_upd - n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'step'"));
  };
  // The server's processes report their counts when they end, at the latest; the one that lasts, and may have those of another test, is
  // told to.
  const auto settled = [&] {
    db = database.open();
    database.query("SELECT pg_stat_force_next_flush()");
    return testing::eventually([&] {
      return database.value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'test'") ==
             "0";
    });
  };
  ASSERT_TRUE(settled());
  const int before = cold();
  must(finish(*db, coder, {finished(claim_one(coder, Queue::codegen, {id, 100}))}));
  ASSERT_TRUE(settled());
  EXPECT_EQ(cold(), before);
  EXPECT_EQ(task_state(id), "succeeded");
}

}  // namespace
}  // namespace argosy::store
