// A step is taken by its row, once, by a process that is alive.
#include <fmt/format.h>

#include <latch>
#include <thread>

#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using tasks::Queue;

class Claim : public StoreTest {};

TEST_F(Claim, ForTheWrongQueueFindsNothing) {
  const TaskId id = submit_one();
  EXPECT_TRUE(claim_all(worker(Queue::git), Queue::git, {{id, 0}}).empty());
  EXPECT_EQ(step_state({id, 0}), "ready");
}

TEST_F(Claim, OfAStepThatNeverExistedFindsNothing) {
  const TaskId id = submit_one();
  EXPECT_TRUE(claim_all(worker(Queue::planning), Queue::planning, {{id, 7}, {TaskId{Uuid::v4()}, 0}}).empty());
}

TEST_F(Claim, OfABlockedStepFindsNothing) {
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::testing, {100})});
  EXPECT_TRUE(claim_all(worker(Queue::testing), Queue::testing, {{id, 101}}).empty());
}

TEST_F(Claim, OfADuplicatedDispatchFindsNothingTheSecondTime) {
  const TaskId id = submit_one();
  const WorkerId one = worker(Queue::planning), two = worker(Queue::planning);
  const ClaimedStep step = claim_one(one, Queue::planning, {id, 0});
  EXPECT_TRUE(claim_all(two, Queue::planning, {{id, 0}}).empty());
  EXPECT_TRUE(claim_all(one, Queue::planning, {{id, 0}}).empty());
  EXPECT_EQ(step_column({id, 0}, "lease_epoch"), std::to_string(step.lease_epoch));
}

TEST_F(Claim, InDoubtIsRepeatedUnderItsIdAndReturnsTheSameLease) {
  const TaskId id = submit_one();
  const WorkerId one = worker(Queue::planning);
  const std::vector<ClaimRequest> wanted{{{id, 0}, Uuid::v4()}};
  const auto first = must(claim(*db, one, Queue::planning, wanted, true)), second = must(claim(*db, one, Queue::planning, wanted, true));
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0].lease_epoch, first[0].lease_epoch);
  EXPECT_EQ(second[0].attempt, 1);
}

TEST_F(Claim, TakesOneSuspectAtMostAndNoneBesideAnother) {
  std::vector<ClaimRequest> wanted;
  for (int i = 0; i < 4; ++i) wanted.push_back({{submit_one(), 0}, Uuid::v4()});
  const StepRef innocent = wanted[3].ref;
  database.query("UPDATE step SET crashes = 2 WHERE task_id <> '" + innocent.task.to_string() + "'");
  const WorkerId one = worker(Queue::planning), two = worker(Queue::planning);

  const auto beside_another = must(claim(*db, two, Queue::planning, {wanted[0], wanted[1]}, true, false));
  EXPECT_TRUE(beside_another.empty());

  const auto taken = must(claim(*db, one, Queue::planning, wanted, true, true));
  EXPECT_EQ(taken.size(), 2u);
  EXPECT_EQ(std::ranges::count_if(taken, &ClaimedStep::solo), 1);
  EXPECT_EQ(std::ranges::count(taken, innocent, &ClaimedStep::ref), 1);
  EXPECT_EQ(database.value("SELECT count(*) FROM step WHERE state = 'ready'"), "2");
}

TEST_F(Claim, TakesAllThatOneCrashLeftBehind) {
  std::vector<ClaimRequest> wanted;
  for (int i = 0; i < 4; ++i) wanted.push_back({{submit_one(), 0}, Uuid::v4()});
  database.query("UPDATE step SET crashes = 1");
  const auto taken = must(claim(*db, worker(Queue::planning), Queue::planning, wanted, true, false));
  EXPECT_EQ(taken.size(), 4u);
  EXPECT_EQ(std::ranges::count_if(taken, &ClaimedStep::solo), 0);
}

TEST_F(Claim, WithoutALeaseIsRefused) {
  const TaskId id = submit_one();
  const auto never_renewed = claim(*db, WorkerId{Uuid::v4()}, Queue::planning, {{{id, 0}, Uuid::v4()}}, true);
  ASSERT_FALSE(never_renewed.has_value());
  EXPECT_EQ(never_renewed.error().code, "worker_not_alive");

  const WorkerId expired = worker(Queue::planning);
  database.query("UPDATE worker SET alive_until = clock_timestamp() - interval '1 second'");
  EXPECT_FALSE(claim(*db, expired, Queue::planning, {{{id, 0}, Uuid::v4()}}, true).has_value());
  EXPECT_EQ(step_state({id, 0}), "ready");
}

TEST_F(Claim, TheEpochNeverFallsEvenWhenTheRowForgotOne) {
  const TaskId id = submit_one();
  const WorkerId one = worker(Queue::planning);
  const ClaimedStep first = claim_one(one, Queue::planning, {id, 0});
  // As after a failover to a standby that had not heard of the claim.
  database.query("UPDATE step SET state = 'ready', owner = NULL, claim_id = NULL, deadline_at = NULL, lease_epoch = 0");
  const ClaimedStep second = claim_one(one, Queue::planning, {id, 0});
  EXPECT_GT(second.lease_epoch, first.lease_epoch);
  EXPECT_TRUE(must(finish(*db, one, {finished(first)})).accepted.empty());
  EXPECT_EQ(step_state({id, 0}), "running");
}

TEST_F(Claim, ManyWorkersAtOneStepGiveItToOne) {
  constexpr int kThreads = 8;
  const TaskId id = submit_one();
  auto pool = database.open(kThreads);
  std::vector<WorkerId> workers;
  for (int i = 0; i < kThreads; ++i) workers.push_back(worker(Queue::planning));
  std::latch start(kThreads);
  std::atomic<int> taken = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      taken += static_cast<int>(must(claim(*pool, workers[i], Queue::planning, {{{id, 0}, Uuid::v4()}}, false)).size());
    });
  }
  threads.clear();
  EXPECT_EQ(taken, 1);
}

TEST_F(Claim, SetsTheTimeByWhichTheStepHasFailed) {
  NewTask wanted = task();
  wanted.steps[0].time_limit = std::chrono::minutes{5};
  const TaskId id = submit_one(wanted);
  claim_one(worker(Queue::planning), Queue::planning, {id, 0});
  EXPECT_EQ(step_column({id, 0}, "deadline_at - claimed_at < interval '301 s' AND deadline_at - claimed_at > interval '299 s'"), "t");
}

}  // namespace
}  // namespace argosy::store
