// What becomes of the steps of processes that are gone. Leases are moved by hand: no test waits for one.
#include <fmt/format.h>

#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using tasks::Queue;
using namespace std::chrono_literals;

constexpr int kMaxCrashes = 2;

class Rescue : public StoreTest {
 protected:
  // A short lease: the cluster itself must have been up for longer than a lease before anybody is declared dead.
  WorkerId mortal(Queue queue) { return worker(queue, 1s); }
  // So long ago that nothing of it can still be in flight.
  void die(const WorkerId& worker, std::string ago = "1 minute") {
    database.query(
        fmt::format("UPDATE worker SET alive_until = clock_timestamp() - interval '{}' WHERE worker_id = '{}'", ago, worker.to_string()));
  }
  bool alive(const WorkerId& worker) {
    return database.value(fmt::format("SELECT count(*) FROM worker WHERE worker_id = '{}' AND rescued_at IS NULL", worker.to_string())) ==
           "1";
  }
  Swept pass() { return must(rescue(*db, kMaxCrashes)); }

  void SetUp() override {
    // The cluster of the tests may be younger than a lease.
    ASSERT_TRUE(testing::eventually(
        [&] { return database.value("SELECT pg_postmaster_start_time() < clock_timestamp() - interval '2 s'") == "t"; }));
  }
};

TEST_F(Rescue, AStepOfADeadProcessIsReadyAgainAndASuspectFromTheSecondTimeOn) {
  const TaskId id = submit_one();
  const WorkerId dead = mortal(Queue::planning), heir = mortal(Queue::planning);
  claim_one(dead, Queue::planning, {id, 0});
  EXPECT_EQ(pass().count, 0u);
  die(dead);
  const Swept swept = pass();
  ASSERT_EQ(swept.ready.size(), 1u);
  EXPECT_EQ(swept.ready[0].ref, (StepRef{id, 0}));
  EXPECT_EQ(swept.events.size(), 2u);  // planning, and the step is ready
  const ClaimedStep step = claim_one(heir, Queue::planning, {id, 0});
  EXPECT_EQ(step.crashes, 1);
  EXPECT_FALSE(step.solo);
  EXPECT_EQ(step.attempt, 2);  // a crash costs an attempt
  EXPECT_EQ(database.value("SELECT outcome FROM attempt"), "crashed");
  die(heir);
  pass();
  EXPECT_TRUE(claim_one(mortal(Queue::planning), Queue::planning, {id, 0}).solo);
  expect_seq_without_holes(id);
}

TEST_F(Rescue, AStepThatCrashesAgainAndAgainIsADeadLetter) {
  const TaskId id = submit_one();
  // The first crashes may have been any neighbour's fault; those after them, as a suspect, are its own.
  for (int crash = 0; crash <= kMaxCrashes; ++crash) {
    EXPECT_EQ(step_state({id, 0}), "ready") << crash;
    const WorkerId victim = mortal(Queue::planning);
    claim_one(victim, Queue::planning, {id, 0});
    die(victim);
    pass();
  }
  EXPECT_EQ(step_state({id, 0}), "failed");
  EXPECT_EQ(task_state(id), "failed");
  EXPECT_EQ(database.value("SELECT code FROM task_error"), "worker_crashed");
  expect_seq_without_holes(id);
}

TEST_F(Rescue, AFinishThatComesAfterIsDropped) {
  const TaskId id = submit_one();
  const WorkerId slow = mortal(Queue::planning);
  const ClaimedStep step = claim_one(slow, Queue::planning, {id, 0});
  die(slow);
  pass();
  EXPECT_TRUE(must(finish(*db, slow, {finished(step)})).accepted.empty());
  EXPECT_EQ(step_state({id, 0}), "ready");
}

TEST_F(Rescue, ARenewalAfterExpiryIsAcceptedWhileNothingWasTaken) {
  const TaskId id = submit_one();
  const WorkerId late = mortal(Queue::planning);
  claim_one(late, Queue::planning, {id, 0});
  die(late);
  renew_as(late, Queue::planning, {{id, 0}});
  EXPECT_EQ(pass().count, 0u);
  EXPECT_EQ(step_state({id, 0}), "running");
}

TEST_F(Rescue, ARenewalAfterTheRescueIsToldWhatItLost) {
  const TaskId id = submit_one();
  const WorkerId late = mortal(Queue::planning);
  claim_one(late, Queue::planning, {id, 0});
  die(late);
  pass();
  const auto renewed = must(renew(*db, {.worker = late, .queue = Queue::planning, .host = "here", .lease = 1h, .held = {{id, 0}}}));
  EXPECT_EQ(renewed.cancelled, (std::vector<StepRef>{{id, 0}}));
  EXPECT_TRUE(alive(late));
}

TEST_F(Rescue, NobodyIsDeclaredDeadWhileTheDatabaseItselfWasAway) {
  const TaskId id = submit_one();
  const WorkerId unlucky = worker(Queue::planning, std::chrono::hours{24 * 365});  // a lease longer than this cluster is up
  claim_one(unlucky, Queue::planning, {id, 0});
  die(unlucky);
  EXPECT_EQ(pass().count, 0u);
  EXPECT_EQ(step_state({id, 0}), "running");
}

TEST_F(Rescue, WhenManyDieAtOnceItWaitsALeaseAndThenTakesATenthAPass) {
  std::vector<WorkerId> fleet;
  for (int i = 0; i < 20; ++i) {
    fleet.push_back(mortal(Queue::planning));
    claim_one(fleet.back(), Queue::planning, {submit_one(), 0});
  }
  for (int i = 0; i < 10; ++i) die(fleet[i]);
  EXPECT_EQ(pass().count, 0u);
  EXPECT_EQ(pass().count, 0u);
  database.query("UPDATE rescue_memory SET mass_death_at = mass_death_at - interval '1 minute'");
  EXPECT_EQ(pass().ready.size(), 2u);
  EXPECT_EQ(pass().ready.size(), 2u);
  // What is left is below a fifth at some point: then the rest goes at once.
  for (int i = 0; i < 5; ++i) pass();
  EXPECT_EQ(database.value("SELECT count(*) FROM step WHERE state = 'running'"), "10");
}

TEST_F(Rescue, OneOfThreeIsAnOrdinaryCrash) {
  const TaskId id = submit_one();
  const WorkerId dead = mortal(Queue::planning);
  mortal(Queue::codegen);
  mortal(Queue::git);
  claim_one(dead, Queue::planning, {id, 0});
  die(dead);
  EXPECT_EQ(pass().ready.size(), 1u);
}

TEST_F(Rescue, ADeadProcessIsLookedAtUntilNoClaimOfItsCanStillCommit) {
  submit_one();
  const WorkerId dead = mortal(Queue::planning);
  // A claim that the process sent while it was alive commits after its lease was over and a first pass had found nothing.
  die(dead, "1 second");
  EXPECT_EQ(pass().count, 0u);
  database.query(fmt::format("UPDATE step SET state = 'running', owner = '{}', claim_id = '{}', claimed_at = clock_timestamp()",
                             dead.to_string(), Uuid::v4().to_string()));
  EXPECT_EQ(pass().ready.size(), 1u);
  die(dead);
  pass();
  EXPECT_EQ(database.value("SELECT swept_at IS NOT NULL FROM worker"), "t");
}

TEST_F(Rescue, AStepThatItsLivingOwnerForgotGoesBackWithoutBlame) {
  const TaskId id = submit_one(), kept = submit_one();
  const WorkerId forgetful = worker(Queue::planning);
  claim_all(forgetful, Queue::planning, {{id, 0}, {kept, 0}});
  renew_as(forgetful, Queue::planning, {{kept, 0}});  // the answer to the claim of the other one never arrived
  EXPECT_EQ(pass().count, 0u);                        // it may still be on its way
  database.query("UPDATE step SET claimed_at = claimed_at - interval '3 hours'");
  database.query("UPDATE rescue_memory SET searched_at = '-infinity'");
  EXPECT_EQ(pass().ready.size(), 1u);
  EXPECT_EQ(step_state({id, 0}), "ready");
  EXPECT_EQ(step_column({id, 0}, "crashes"), "0");
  EXPECT_EQ(step_state({kept, 0}), "running");
}

TEST_F(Rescue, ARenewalNamesWhatTheProcessDroppedBetweenTwoRenewals) {
  const TaskId id = submit_one();
  const WorkerId clumsy = worker(Queue::planning);
  const ClaimedStep step = claim_one(clumsy, Queue::planning, {id, 0});
  renew_as(clumsy, Queue::planning, {{id, 0}});
  const auto renewed = must(renew(*db, {.worker = clumsy, .queue = Queue::planning, .host = "here", .lease = 1h}));
  ASSERT_EQ(renewed.unknown.size(), 1u);
  EXPECT_EQ(renewed.unknown[0], std::pair(step.ref, step.lease_epoch));
}

TEST_F(Rescue, LeavingHandsBackAtOnceAndCostsNoAttempt) {
  const TaskId id = submit_one(), other = submit_one();
  const WorkerId leaver = worker(Queue::planning), stayer = worker(Queue::planning);
  claim_one(leaver, Queue::planning, {id, 0});
  claim_one(stayer, Queue::planning, {other, 0});
  const auto ready = must(leave(*db, leaver));
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].ref, (StepRef{id, 0}));
  EXPECT_EQ(step_state({other, 0}), "running");
  EXPECT_EQ(claim_one(stayer, Queue::planning, {id, 0}).attempt, 1);
  EXPECT_EQ(database.value("SELECT count(*) FROM worker"), "1");
}

TEST_F(Rescue, UnderAnEndedTaskNothingRunsAgain) {
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen)});
  const WorkerId dead = mortal(Queue::codegen), other = mortal(Queue::codegen);
  claim_one(dead, Queue::codegen, {id, 100});
  must(finish(*db, other, {failed(claim_one(other, Queue::codegen, {id, 101}))}));
  die(dead);
  EXPECT_TRUE(pass().ready.empty());
  EXPECT_EQ(step_state({id, 100}), "cancelled");
  EXPECT_EQ(database.value("SELECT settled_at IS NOT NULL FROM task"), "t");
  expect_seq_without_holes(id);
}

TEST_F(Rescue, SchedulersOfManyReplicasRescueEachStepOnce) {
  std::vector<StepRef> refs;
  std::vector<NewTask> wanted(60, task());
  for (auto& one : wanted) one.id = TaskId{Uuid::v7(system_clock().unix_ms())};
  for (const auto& answer : must(submit(*db, wanted))) refs.push_back({answer.id, 0});
  const WorkerId dead = mortal(Queue::planning);
  ASSERT_EQ(claim_all(dead, Queue::planning, refs).size(), 60u);
  die(dead);
  auto pool = database.open(4);
  std::atomic<std::size_t> rescued = 0;
  std::vector<std::jthread> replicas;
  for (int i = 0; i < 4; ++i)
    replicas.emplace_back([&] {
      // Who finds another at it comes back with nothing, much sooner than that one is done. Each has one pass more when all is done.
      bool done = false;
      for (int pass = 0; pass < 10'000 && !done; ++pass) {
        done = rescued >= refs.size();
        rescued += must(rescue(*pool, kMaxCrashes, 10)).ready.size();
      }
    });
  replicas.clear();
  EXPECT_EQ(rescued, 60u);
  EXPECT_EQ(database.value("SELECT max(crashes) || ' ' || count(*) FILTER (WHERE state = 'ready') FROM step"), "1 60");
}

TEST_F(Rescue, RowsOfProcessesThatAreLongGoneAreRemoved) {
  const WorkerId dead = mortal(Queue::planning);
  const WorkerId living = worker(Queue::planning);
  die(dead, "2 hours");
  EXPECT_EQ(must(expire(*db)), 0u);  // not before it was swept
  pass();
  EXPECT_EQ(must(expire(*db)), 1u);
  EXPECT_TRUE(alive(living));
}

}  // namespace
}  // namespace argosy::store
