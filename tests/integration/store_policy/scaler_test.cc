// What an autoscaler is told about a queue, and what its role may do: 0057_scaler.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "common/store/limits.h"
#include "common/store/steering.h"
#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using tasks::Queue;
using ::testing::HasSubstr;

constexpr int kMost = 2000;  // what the function counts at most

class Scaler : public StoreTest {
 protected:
  WorkerId planner = worker(Queue::planning);

  int load(Queue queue = Queue::planning) {
    return std::stoi(database.value(fmt::format("SELECT scaler_load_v1('{}')", tasks::to_string(queue))));
  }
  // Claimed, and told with a renewal.
  std::vector<ClaimedStep> run(const WorkerId& who, Queue queue, const std::vector<StepRef>& refs) {
    auto claimed = claim_all(who, queue, refs);
    std::vector<StepRef> held;
    for (const auto& step : claimed) held.push_back(step.ref);
    renew_as(who, queue, held);
    return claimed;
  }
  // Rows alone, of a task that nobody reads.
  void backlog(int count, std::string_view state, std::string_view announced_at) {
    database.query(
        fmt::format("INSERT INTO step (task_id, org_id, ordinal, queue, lane, state, announced_at, deps_left, time_limit_ms) "
                    "SELECT gen_random_uuid(), '{}', 0, 1, 1, '{}', {}, 0, 1000 FROM generate_series(1, {})",
                    kDefaultOrg.to_string(), state, announced_at, count));
  }
  // Pages that one call looks at.
  std::int64_t pages() {
    const auto plan = database.value("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT scaler_load_v1('planning')");
    std::int64_t sum = 0;
    for (const std::string_view kind : {"\"Shared Hit Blocks\": ", "\"Shared Read Blocks\": "}) {
      const auto at = plan.find(kind);  // the first is the whole statement's
      if (at != std::string::npos) sum += std::stoll(plan.substr(at + kind.size()));
    }
    return sum;
  }
  // What the server says to the role; empty: it did as it was told.
  std::string refusal(const std::string& statement) {
    auto session = database.session();
    session.query("SET SESSION AUTHORIZATION argosy_scaler");
    try {
      session.query(statement);
      return {};
    } catch (const std::runtime_error& why) {
      return why.what();
    }
  }
};

TEST_F(Scaler, CountsWhatIsReadyAndWhatRunsOfThatQueueAlone) {
  EXPECT_EQ(load(), 0);
  const StepRef one{submit_one(), 0};
  submit_one();
  EXPECT_EQ(load(), 2);
  const auto running = run(planner, Queue::planning, {one});
  EXPECT_EQ(load(), 2);
  must(finish(*db, planner, {finished(running[0], Outcome::succeeded, {new_step(100, Queue::codegen), new_step(101, Queue::git, {100})})}));
  EXPECT_EQ(load(), 1);
  EXPECT_EQ(load(Queue::codegen), 1);
  EXPECT_EQ(load(Queue::git), 0);  // blocked
}

TEST_F(Scaler, DoesNotCountWhatAPersonHoldsBack) {
  const TaskId id = submit_one();
  must(pause(*db, kDefaultOrg, id, "ann"));
  EXPECT_EQ(load(), 0);
  must(resume(*db, kDefaultOrg, id, "ann"));
  EXPECT_EQ(load(), 1);
}

TEST_F(Scaler, CountsAPausedTasksStepAsLongAsItRuns) {
  const TaskId id = submit_one();
  run(planner, Queue::planning, {{id, 0}});
  must(pause(*db, kDefaultOrg, id, "ann"));
  EXPECT_EQ(load(), 1);
}

TEST_F(Scaler, DoesNotCountWhatWaitsForItsTime) {
  auto later = finished(run(planner, Queue::planning, {{submit_one(), 0}})[0], Outcome::retry);
  later.error = Error{.category = Category::transient, .code = "busy", .message = "busy", .hint = {}};
  later.retry_in = std::chrono::hours{1};
  must(finish(*db, planner, {later}));
  EXPECT_EQ(load(), 0);
}

TEST_F(Scaler, DoesNotCountWhatWasCancelled) {
  const TaskId ready = submit_one(), running = submit_one();
  run(planner, Queue::planning, {{running, 0}});
  must(cancel(*db, kDefaultOrg, ready, "not wanted"));
  must(cancel(*db, kDefaultOrg, running, "not wanted"));
  EXPECT_EQ(load(), 0);
}

TEST_F(Scaler, DoesNotCountWhatALimitHoldsBack) {
  must(set_org_limit(*db, kDefaultOrg, std::nullopt, 2));
  std::vector<StepRef> refs;
  for (int i = 0; i < 5; ++i) refs.push_back({submit_one(), 0});
  EXPECT_EQ(load(), 2);  // announced, but no more than two may run
  const auto running = run(planner, Queue::planning, refs);
  ASSERT_EQ(running.size(), 2u);
  EXPECT_EQ(load(), 2);  // three are parked
  must(finish(*db, planner, {finished(running[0])}));
  EXPECT_EQ(load(), 2);  // one runs, and there is room for one
  must(set_org_limit(*db, kDefaultOrg, std::nullopt, std::nullopt));
  EXPECT_EQ(load(), 4);
}

TEST_F(Scaler, CountsWhatTheWindowHoldsBackUpToItsBound) {
  backlog(3, "ready", "NULL");
  EXPECT_EQ(load(), 3);
  backlog(3 * kMost, "ready", "NULL");
  EXPECT_EQ(load(), kMost);
}

TEST_F(Scaler, LooksAtNoMoreWhenTheBacklogAndThePastGrow) {
  backlog(2 * kMost, "ready", "NULL");
  database.query("VACUUM ANALYZE step");
  load();
  const auto before = pages();
  backlog(20 * kMost, "ready", "NULL");
  backlog(20 * kMost, "cancelled", "clock_timestamp() - interval '1 day'");
  database.query("UPDATE lane_mark SET floor_at = clock_timestamp() - interval '1 minute' WHERE queue = 1");
  database.query("VACUUM ANALYZE step");
  EXPECT_LE(pages(), 2 * before);
  EXPECT_EQ(load(), kMost);
}

TEST_F(Scaler, RefusesAQueueThatThereIsNot) {
  EXPECT_THAT(refusal("SELECT scaler_load_v1('plannning')"), HasSubstr("there is no queue \"plannning\""));
  for (const Queue queue : tasks::kQueues) EXPECT_EQ(refusal(fmt::format("SELECT scaler_load_v1('{}')", tasks::to_string(queue))), "");
}

TEST_F(Scaler, ItsRoleMayAskAndNothingElse) {
  EXPECT_EQ(refusal("SELECT scaler_load_v1('codegen')"), "");
  EXPECT_EQ(database.value("SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolcanlogin OR rolreplication OR rolbypassrls FROM pg_roles "
                           "WHERE rolname = 'argosy_scaler'"),
            "f");
  const auto tables = database.query(
      "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')");
  ASSERT_GT(tables.size(), 20u);
  for (const auto& row : tables) EXPECT_THAT(refusal("SELECT 1 FROM " + row[0] + " LIMIT 1"), HasSubstr("permission denied")) << row[0];
  EXPECT_THAT(refusal("SET default_transaction_read_only = off; DELETE FROM step"), HasSubstr("permission denied"));
  EXPECT_THAT(refusal("SET default_transaction_read_only = off; CREATE TABLE public.mine (x integer)"), HasSubstr("permission denied"));
  EXPECT_THAT(refusal("SELECT * FROM expire_v1(1)"), HasSubstr("permission denied"));
}

// What the function reads is the schema's, whatever the caller puts in the way.
TEST_F(Scaler, IsNotMisledByTablesOfItsCaller) {
  submit_one();
  auto session = database.session();
  session.query(
      "SET SESSION AUTHORIZATION argosy_scaler; SET default_transaction_read_only = off; CREATE TEMP TABLE lane_mark (x integer)");
  session.query("CREATE TEMP TABLE step (x integer); SET search_path = pg_temp, public");
  EXPECT_EQ(session.value("SELECT public.scaler_load_v1('planning')"), "1");
}

}  // namespace
}  // namespace argosy::store
