// What happens when several do it at the same moment. The latch starts them together; the promise must hold however they interleave.
#include <fmt/format.h>

#include <latch>

#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using tasks::Queue;

class Race : public StoreTest {
 protected:
  std::vector<StepRef> submit_many(int count) {
    std::vector<NewTask> wanted;
    for (int i = 0; i < count; ++i) wanted.push_back(task());
    std::vector<StepRef> refs;
    for (const auto& answer : must(submit(*db, wanted))) refs.push_back({answer.id, 0});
    return refs;
  }
  // What the server had to roll back since the database was made; its processes report when they end, at the latest.
  std::string rolled_back() {
    db = database.open();
    const auto gone = [&] {
      return database.value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'test'") ==
             "0";
    };
    EXPECT_TRUE(testing::eventually(gone));
    return testing::SqlSession(database.url()).value("SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()");
  }
  // Runs all at the same moment and waits for the last.
  template <class... Action>
  void together(Action&&... actions) {
    std::latch start(sizeof...(actions));
    std::vector<std::jthread> threads;
    (threads.emplace_back([&] {
      start.arrive_and_wait();
      actions();
    }),
     ...);
  }
};

TEST_F(Race, SixteenFinishersOfOneTaskLeaveNoHoleInItsEventsAndOneReadyDependent) {
  constexpr int kThreads = 16, kEach = 4;
  std::vector<tasks::NewStep> steps;
  std::vector<std::int16_t> all;
  for (std::int16_t i = 0; i < kThreads * kEach; ++i) {
    steps.push_back(new_step(static_cast<std::int16_t>(100 + i), Queue::codegen));
    all.push_back(steps.back().ordinal);
  }
  steps.push_back(new_step(500, Queue::testing, all));
  const TaskId id = planned(steps);
  const WorkerId coder = worker(Queue::codegen);
  std::vector<StepRef> refs;
  for (const std::int16_t ordinal : all) refs.push_back({id, ordinal});
  const auto claimed = claim_all(coder, Queue::codegen, refs);
  ASSERT_EQ(claimed.size(), all.size());

  auto pool = database.open(kThreads);
  std::latch start(kThreads);
  std::atomic<int> ready = 0, accepted = 0;
  std::vector<std::jthread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      start.arrive_and_wait();
      for (int i = 0; i < kEach; ++i) {
        FinishedStep result = finished(claimed[static_cast<std::size_t>(t * kEach + i)]);
        result.events = {{"agent_thought", "{}"}, {"agent_thought", "{}"}};
        const auto done = must(finish(*pool, coder, {result}));
        accepted += static_cast<int>(done.accepted.size());
        ready += static_cast<int>(done.ready.size());
      }
    });
  threads.clear();
  EXPECT_EQ(accepted, kThreads * kEach);
  EXPECT_EQ(ready, 1);
  EXPECT_EQ(step_state({id, 500}), "ready");
  expect_seq_without_holes(id);
}

TEST_F(Race, AStepAddedWhileItsParentFinishesBecomesReadyExactlyOnce) {
  const WorkerId coder = worker(Queue::codegen);
  auto pool = database.open(2);
  for (int round = 0; round < 30; ++round) {
    const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen)});
    const ClaimedStep adder = claim_one(coder, Queue::codegen, {id, 100}), parent = claim_one(coder, Queue::codegen, {id, 101});
    std::atomic<int> ready = 0;
    together(
        [&] {
          ready += static_cast<int>(
              must(finish(*pool, coder, {finished(adder, Outcome::succeeded, {new_step(110, Queue::git, {101})})})).ready.size());
        },
        [&] { ready += static_cast<int>(must(finish(*pool, coder, {finished(parent)})).ready.size()); });
    EXPECT_EQ(ready, 1) << "round " << round;
    EXPECT_EQ(step_state({id, 110}), "ready");
    EXPECT_EQ(step_column({id, 110}, "deps_left"), "0");
  }
}

// Deadlocks would be repeated and so pass unseen, at a second each: the locks' one order must leave none to repeat.
TEST_F(Race, BatchesInOppositeOrderDoNotLoseEachOther) {
  const std::string before = rolled_back();
  const WorkerId one = worker(Queue::codegen), two = worker(Queue::codegen);
  auto pool = database.open(2);
  for (int round = 0; round < 10; ++round) {
    std::vector<FinishedStep> forward, backward;
    for (int i = 0; i < 20; ++i) {
      const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen)});
      forward.push_back(finished(claim_one(one, Queue::codegen, {id, 100})));
      backward.insert(backward.begin(), finished(claim_one(two, Queue::codegen, {id, 101})));
    }
    Finished first, second;
    together([&] { first = must(finish(*pool, one, forward)); }, [&] { second = must(finish(*pool, two, backward)); });
    EXPECT_EQ(first.accepted.size(), 20u);
    EXPECT_EQ(second.accepted.size(), 20u);
  }
  EXPECT_EQ(database.value("SELECT count(*) FROM task WHERE state <> 'succeeded'"), "0");
  pool.reset();
  EXPECT_EQ(rolled_back(), before);
}

TEST_F(Race, ClaimsInOppositeOrderShareTheStepsBetweenThem) {
  const std::string before = rolled_back();
  const WorkerId one = worker(Queue::planning), two = worker(Queue::planning);
  auto pool = database.open(2);
  for (int round = 0; round < 10; ++round) {
    const auto refs = submit_many(200);
    std::vector<ClaimRequest> forward, backward;
    for (const StepRef& ref : refs) {
      forward.push_back({ref, Uuid::v4()});
      backward.insert(backward.begin(), {ref, Uuid::v4()});
    }
    std::size_t first = 0, second = 0;
    together([&] { first = must(claim(*pool, one, Queue::planning, forward, true)).size(); },
             [&] { second = must(claim(*pool, two, Queue::planning, backward, true)).size(); });
    EXPECT_EQ(first + second, 200u);
  }
  pool.reset();
  EXPECT_EQ(rolled_back(), before);
}

TEST_F(Race, CancelAgainstFinishLeavesATaskThatHasEndedOnce) {
  const WorkerId coder = worker(Queue::codegen);
  auto pool = database.open(2);
  for (int round = 0; round < 30; ++round) {
    const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen)});
    const auto steps = claim_all(coder, Queue::codegen, {{id, 100}, {id, 101}});
    Finished done;
    Cancelled cancelled;
    together([&] { done = must(finish(*pool, coder, {finished(steps[0]), finished(steps[1])})); },
             [&] { cancelled = must(cancel(*pool, kDefaultOrg, id, "tester")); });
    if (cancelled.kind == Cancelled::Kind::cancelled)
      EXPECT_TRUE(done.accepted.empty());
    else
      EXPECT_EQ(done.accepted.size(), 2u);
    EXPECT_EQ(task_state(id), cancelled.kind == Cancelled::Kind::cancelled ? "cancelled" : "succeeded");
    expect_seq_without_holes(id);
  }
}

TEST_F(Race, AFleetWorksThroughEverythingWhileTheSchedulerInterferes) {
  // Four workers that claim whatever is ready, and a scheduler that rescues, promotes, releases and announces again all the time.
  constexpr int kTasks = 60;
  std::vector<TaskId> ids;
  for (int i = 0; i < kTasks; ++i)
    ids.push_back(planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen), new_step(102, Queue::codegen, {100}),
                           new_step(103, Queue::codegen, {101, 102})}));
  auto pool = database.open(6);
  std::atomic<bool> done = false;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      const WorkerId me{Uuid::v4()};
      must(renew(*pool, {.worker = me, .queue = Queue::codegen, .host = "here", .slots = 8, .lease = std::chrono::hours{1}}));
      testing::SqlSession look = database.session();
      while (!done) {
        std::vector<ClaimRequest> wanted;
        for (const auto& row : look.query("SELECT task_id, ordinal FROM step WHERE state = 'ready' ORDER BY random() LIMIT 8"))
          wanted.push_back({{*TaskId::parse(row[0]), static_cast<std::int16_t>(std::stoi(row[1]))}, Uuid::v4()});
        std::vector<FinishedStep> results;
        for (const auto& step : must(claim(*pool, me, Queue::codegen, wanted, false)))
          results.push_back(finished(step, step.attempt == 1 && step.ref.ordinal == 102 ? Outcome::retry : Outcome::succeeded));
        must(finish(*pool, me, results));
      }
    });
  threads.emplace_back([&] {
    while (!done) {
      must(rescue(*pool, 3));
      must(promote_due(*pool));
      must(release(*pool, 100));
      must(reannounce(*pool));
    }
  });
  EXPECT_TRUE(testing::eventually([&] { return database.value("SELECT count(*) FROM task WHERE settled_at IS NULL") == "0"; }));
  done = true;
  threads.clear();
  EXPECT_EQ(database.value("SELECT count(*) FROM task WHERE state = 'succeeded'"), std::to_string(kTasks));
  EXPECT_EQ(database.value("SELECT count(*) FROM step_attempt WHERE outcome = 'succeeded'"), std::to_string(kTasks * 5));
  for (const TaskId& id : ids) expect_seq_without_holes(id);
}

}  // namespace
}  // namespace argosy::store
