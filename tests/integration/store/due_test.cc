// What time alone decides, on the database's clock.
#include <fmt/format.h>

#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using tasks::Queue;

class Due : public StoreTest {};

TEST_F(Due, AStepThatRunsPastItsLimitHasFailedThoughItsProcessLives) {
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::testing, {100})});
  const WorkerId coder = worker(Queue::codegen);
  const ClaimedStep step = claim_one(coder, Queue::codegen, {id, 100});
  renew_as(coder, Queue::codegen, {{id, 100}});
  EXPECT_EQ(must(promote_due(*db)).count, 0u);
  database.query("UPDATE step SET deadline_at = clock_timestamp() WHERE ordinal = 100");
  const Swept swept = must(promote_due(*db));
  EXPECT_GE(swept.count, 1u);
  EXPECT_TRUE(swept.ready.empty());
  EXPECT_EQ(step_state({id, 100}), "failed");
  EXPECT_EQ(step_state({id, 101}), "cancelled");
  EXPECT_EQ(task_state(id), "failed");
  EXPECT_EQ(database.value("SELECT code FROM task_error"), "step_timed_out");
  EXPECT_EQ(database.value("SELECT outcome FROM attempt WHERE ordinal = 100"), "timed_out");
  EXPECT_TRUE(must(finish(*db, coder, {finished(step)})).accepted.empty());
  const auto renewed = must(renew(*db, {.worker = coder, .queue = Queue::codegen, .host = "here", .held = {step.ref}}));
  EXPECT_EQ(renewed.cancelled.size(), 1u);
  expect_seq_without_holes(id);
}

TEST_F(Due, ATaskPastItsDeadlineFailsWhateverItsStepsDo) {
  NewTask wanted = task();
  wanted.deadline = std::chrono::hours{1};
  wanted.steps.push_back(notify_step(1));
  const TaskId id =
      planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen), new_step(102, Queue::testing, {100, 101})}, wanted);
  const TaskId other = submit_one();
  claim_one(worker(Queue::codegen), Queue::codegen, {id, 100});
  EXPECT_EQ(must(promote_due(*db)).count, 0u);
  database.query("UPDATE task SET deadline_at = clock_timestamp() WHERE deadline_at IS NOT NULL");
  const Swept swept = must(promote_due(*db));
  ASSERT_EQ(swept.ready.size(), 1u);
  EXPECT_EQ(swept.ready[0].ref, (StepRef{id, 1}));
  EXPECT_EQ(task_state(id), "failed");
  for (const std::int16_t ordinal : {100, 101, 102}) EXPECT_EQ(step_state({id, ordinal}), "cancelled");
  EXPECT_EQ(database.value("SELECT code FROM task_error"), "task_deadline_passed");
  EXPECT_EQ(task_state(other), "queued");
  EXPECT_EQ(must(promote_due(*db)).count, 0u);
  expect_seq_without_holes(id);
}

TEST_F(Due, ATaskThatEndedInTimeHasNoDeadlineAnyMore) {
  NewTask wanted = task();
  wanted.deadline = std::chrono::milliseconds{1};
  const TaskId id = submit_one(wanted);
  must(cancel(*db, kDefaultOrg, id, "tester"));
  EXPECT_EQ(must(promote_due(*db)).count, 0u);
  EXPECT_EQ(task_state(id), "cancelled");
}

TEST_F(Due, ManyReplicasPromoteEachStepOnce) {
  const WorkerId planner = worker(Queue::planning);
  std::vector<StepRef> refs;
  std::vector<NewTask> wanted(50, task());
  for (auto& one : wanted) one.id = TaskId{Uuid::v7(system_clock().unix_ms())};
  for (const auto& answer : must(submit(*db, wanted))) refs.push_back({answer.id, 0});
  std::vector<FinishedStep> results;
  for (const auto& step : claim_all(planner, Queue::planning, refs)) results.push_back(finished(step, Outcome::retry));
  must(finish(*db, planner, results));
  auto pool = database.open(4);
  std::atomic<std::size_t> promoted = 0;
  std::vector<std::jthread> replicas;
  for (int i = 0; i < 4; ++i)
    replicas.emplace_back([&] {
      while (promoted < 50) promoted += must(promote_due(*pool, 5)).ready.size();
    });
  replicas.clear();
  EXPECT_EQ(promoted, 50u);
  EXPECT_EQ(database.value("SELECT count(*) FROM event WHERE data[1] LIKE '%\"state\":\"ready\"%'"), "50");
}

TEST_F(Due, CancelReachesStepsInEveryState) {
  NewTask wanted = task();
  wanted.steps.push_back(notify_step(1));
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen), new_step(102, Queue::codegen),
                             new_step(103, Queue::testing, {100, 101, 102})},
                            wanted);
  const WorkerId coder = worker(Queue::codegen);
  claim_one(coder, Queue::codegen, {id, 100});
  FinishedStep later = finished(claim_one(coder, Queue::codegen, {id, 101}), Outcome::retry);
  later.retry_in = std::chrono::hours{1};
  must(finish(*db, coder, {later}));
  renew_as(coder, Queue::codegen, {{id, 100}});
  const Cancelled cancelled = must(cancel(*db, kDefaultOrg, id, "tester"));
  EXPECT_EQ(cancelled.kind, Cancelled::Kind::cancelled);
  ASSERT_EQ(cancelled.ready.size(), 1u);
  EXPECT_EQ(cancelled.ready[0].ref, (StepRef{id, 1}));
  for (const std::int16_t ordinal : {100, 101, 102, 103}) EXPECT_EQ(step_state({id, ordinal}), "cancelled");
  EXPECT_EQ(step_state({id, 0}), "succeeded");
  const auto renewed =
      must(renew(*db, {.worker = coder, .queue = Queue::codegen, .host = "here", .lease = std::chrono::hours{1}, .held = {{id, 100}}}));
  EXPECT_EQ(renewed.cancelled, (std::vector<StepRef>{{id, 100}}));

  const Cancelled again = must(cancel(*db, kDefaultOrg, id, "tester"));
  EXPECT_EQ(again.kind, Cancelled::Kind::already_final);
  EXPECT_EQ(again.state, tasks::TaskState::cancelled);
  EXPECT_TRUE(again.events.empty());
  EXPECT_EQ(must(promote_due(*db)).count, 0u);
  expect_seq_without_holes(id);
}

}  // namespace
}  // namespace argosy::store
