// What follows from a result: once, for whoever still holds the lease.
#include <fmt/format.h>

#include <algorithm>

#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using tasks::Queue;

class Finish : public StoreTest {
 protected:
  std::string attempts_of(const StepRef& ref) {
    return database.value(fmt::format(
        "SELECT string_agg(attempt || ' ' || outcome, ', ' ORDER BY lease_epoch) FROM step_attempt WHERE task_id = '{}' AND ordinal = {}",
        ref.task.to_string(), ref.ordinal));
  }
};

TEST_F(Finish, TwoStepsOfOneBatchThatShareADependentMakeItReadyOnce) {
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen), new_step(102, Queue::testing, {100, 101})});
  const WorkerId coder = worker(Queue::codegen);
  const auto steps = claim_all(coder, Queue::codegen, {{id, 100}, {id, 101}});
  const auto done = must(finish(*db, coder, {finished(steps[0]), finished(steps[1])}));
  EXPECT_EQ(done.accepted.size(), 2u);
  ASSERT_EQ(done.ready.size(), 1u);
  EXPECT_EQ(done.ready[0].ref, (StepRef{id, 102}));
  EXPECT_EQ(step_column({id, 102}, "deps_left"), "0");
  EXPECT_EQ(database.value("SELECT count(DISTINCT succeeded_at) FROM step WHERE ordinal IN (100, 101)"), "1");  // it was one call
  expect_seq_without_holes(id);
}

TEST_F(Finish, ADependentWaitsForTheLastOfItsParents) {
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen), new_step(102, Queue::testing, {100, 101})});
  const WorkerId coder = worker(Queue::codegen);
  EXPECT_TRUE(must(finish(*db, coder, {finished(claim_one(coder, Queue::codegen, {id, 100}))})).ready.empty());
  EXPECT_EQ(step_state({id, 102}), "blocked");
  EXPECT_EQ(must(finish(*db, coder, {finished(claim_one(coder, Queue::codegen, {id, 101}))})).ready.size(), 1u);
}

TEST_F(Finish, RepeatedIsRecognisedAndTellsTheSameAgain) {
  const TaskId id = submit_one();
  const WorkerId planner = worker(Queue::planning);
  FinishedStep result = finished(claim_one(planner, Queue::planning, {id, 0}), Outcome::succeeded, {new_step(100, Queue::codegen)});
  result.events = {{"agent_thought", "{}"}};
  const auto first = must(finish(*db, planner, {result})), second = must(finish(*db, planner, {result}));
  EXPECT_EQ(second.accepted, first.accepted);
  ASSERT_EQ(second.events.size(), first.events.size());
  for (const auto& event : first.events)
    EXPECT_TRUE(std::ranges::any_of(second.events, [&](const auto& again) { return again.seq == event.seq && again.data == event.data; }));
  ASSERT_EQ(second.ready.size(), 1u);
  EXPECT_EQ(second.ready[0].ref, (StepRef{id, 100}));
  EXPECT_EQ(database.value("SELECT count(*) FROM step WHERE ordinal = 100"), "1");
  EXPECT_EQ(database.value("SELECT known_steps || ' ' || open_steps FROM task"), "2 1");
  expect_seq_without_holes(id);
}

TEST_F(Finish, RepeatedAfterOthersWentOnIsStillRecognised) {
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::git, {100})});
  const WorkerId coder = worker(Queue::codegen), pusher = worker(Queue::git);
  const FinishedStep result = finished(claim_one(coder, Queue::codegen, {id, 100}), Outcome::handed_back);
  must(finish(*db, coder, {result}));
  must(finish(*db, coder, {finished(claim_one(coder, Queue::codegen, {id, 100}))}));
  must(finish(*db, pusher, {finished(claim_one(pusher, Queue::git, {id, 101}))}));
  EXPECT_EQ(must(finish(*db, coder, {result})).accepted.size(), 1u);
  EXPECT_EQ(task_state(id), "succeeded");
  expect_seq_without_holes(id);
}

TEST_F(Finish, AfterCancelIsDropped) {
  const TaskId id = planned({new_step(100, Queue::codegen)});
  const WorkerId coder = worker(Queue::codegen);
  const ClaimedStep step = claim_one(coder, Queue::codegen, {id, 100});
  must(cancel(*db, kDefaultOrg, id, "tester"));
  const auto done = must(finish(*db, coder, {finished(step)}));
  EXPECT_TRUE(done.accepted.empty());
  EXPECT_TRUE(done.events.empty());
  EXPECT_EQ(step_state({id, 100}), "cancelled");
  EXPECT_EQ(task_state(id), "cancelled");
}

TEST_F(Finish, DropsAResultWhoseLeaseWasLost) {
  const TaskId id = submit_one();
  const WorkerId old = worker(Queue::planning), fresh = worker(Queue::planning);
  const ClaimedStep lost = claim_one(old, Queue::planning, {id, 0});
  must(leave(*db, old));
  EXPECT_TRUE(must(finish(*db, old, {finished(lost)})).accepted.empty());
  EXPECT_EQ(step_state({id, 0}), "ready");
  const ClaimedStep step = claim_one(fresh, Queue::planning, {id, 0});
  EXPECT_TRUE(must(finish(*db, old, {finished(lost)})).accepted.empty());
  EXPECT_EQ(must(finish(*db, fresh, {finished(step)})).accepted.size(), 1u);
}

TEST_F(Finish, AFailedStepCancelsWhatHasNotBegunAndFailsTheTask) {
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen), new_step(102, Queue::testing, {100, 101}),
                             new_step(103, Queue::git, {102})});
  const WorkerId coder = worker(Queue::codegen);
  must(finish(*db, coder, {failed(claim_one(coder, Queue::codegen, {id, 100}))}));
  EXPECT_EQ(task_state(id), "failed");
  for (const std::int16_t ordinal : {101, 102, 103}) EXPECT_EQ(step_state({id, ordinal}), "cancelled");
  EXPECT_EQ(database.query("SELECT category, code, message, hint FROM task_error"),
            (testing::SqlSession::Rows{{"C", "red_tests", "two tests are red", "look at them"}}));
  EXPECT_EQ(database.value("SELECT settled_at IS NOT NULL FROM task"), "t");
  expect_seq_without_holes(id);
}

TEST_F(Finish, WhatRunsBesideAFailedStepEndsAndIsKeptButPromotesNothing) {
  const TaskId id = planned(
      {new_step(100, Queue::codegen), new_step(101, Queue::codegen), new_step(102, Queue::codegen), new_step(103, Queue::testing, {100})});
  const WorkerId coder = worker(Queue::codegen);
  const auto steps = claim_all(coder, Queue::codegen, {{id, 100}, {id, 101}, {id, 102}});
  const auto by_ordinal = [&](std::int16_t ordinal) {
    return *std::ranges::find_if(steps, [&](const ClaimedStep& step) { return step.ref.ordinal == ordinal; });
  };
  must(finish(*db, coder, {failed(by_ordinal(101))}));
  const auto late = must(finish(*db, coder, {finished(by_ordinal(100), Outcome::succeeded, {new_step(110, Queue::codegen)})}));
  EXPECT_EQ(late.accepted.size(), 1u);
  EXPECT_TRUE(late.ready.empty());
  EXPECT_EQ(step_state({id, 100}), "succeeded");
  EXPECT_EQ(step_state({id, 103}), "cancelled");
  EXPECT_EQ(database.value("SELECT count(*) FROM step WHERE ordinal = 110"), "0");
  EXPECT_EQ(database.value("SELECT output FROM step WHERE ordinal = 100"), R"({"of":100})");
  // The last one asks to run again: under an ended task it is cancelled instead.
  must(finish(*db, coder, {finished(by_ordinal(102), Outcome::retry)}));
  EXPECT_EQ(step_state({id, 102}), "cancelled");
  EXPECT_EQ(database.value("SELECT settled_at IS NOT NULL FROM task"), "t");
  expect_seq_without_holes(id);
}

TEST_F(Finish, OneOfABatchThatFailsKeepsTheOtherOfTheSameTaskFromPromoting) {
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen), new_step(102, Queue::testing, {100})});
  const WorkerId coder = worker(Queue::codegen);
  auto steps = claim_all(coder, Queue::codegen, {{id, 100}, {id, 101}});
  std::ranges::sort(steps, {}, &ClaimedStep::ref);
  const auto done = must(finish(*db, coder, {finished(steps[0]), failed(steps[1])}));
  EXPECT_TRUE(done.ready.empty());
  EXPECT_EQ(step_state({id, 102}), "cancelled");
  EXPECT_EQ(task_state(id), "failed");
}

TEST_F(Finish, StepsOfTheTasksEndRunWhateverTheEndIs) {
  for (const bool good : {true, false}) {
    NewTask wanted = task();
    wanted.steps.push_back(notify_step(1));
    const TaskId id = planned({new_step(100, Queue::codegen)}, wanted);
    const WorkerId coder = worker(Queue::codegen), notifier = worker(Queue::notifications);
    EXPECT_EQ(step_state({id, 1}), "blocked");
    const ClaimedStep step = claim_one(coder, Queue::codegen, {id, 100});
    const auto done = must(finish(*db, coder, {good ? finished(step) : failed(step)}));
    ASSERT_EQ(done.ready.size(), 1u);
    EXPECT_EQ(done.ready[0].ref, (StepRef{id, 1}));
    EXPECT_EQ(task_state(id), good ? "succeeded" : "failed");
    EXPECT_EQ(database.value(fmt::format("SELECT settled_at IS NULL FROM task WHERE task_id = '{}'", id.to_string())), "t");

    // A notification that fails changes nothing of the task.
    must(finish(*db, notifier, {failed(claim_one(notifier, Queue::notifications, {id, 1}), "webhook_refused")}));
    EXPECT_EQ(task_state(id), good ? "succeeded" : "failed");
    EXPECT_EQ(database.value(fmt::format("SELECT settled_at IS NULL FROM task WHERE task_id = '{}'", id.to_string())), "f");
    expect_seq_without_holes(id);
  }
}

TEST_F(Finish, ANotificationMayRetryAfterTheTasksEnd) {
  NewTask wanted = task();
  wanted.steps.push_back(notify_step(1));
  const TaskId id = submit_one(wanted);
  must(cancel(*db, kDefaultOrg, id, "tester"));
  const WorkerId notifier = worker(Queue::notifications);
  must(finish(*db, notifier, {finished(claim_one(notifier, Queue::notifications, {id, 1}), Outcome::retry)}));
  EXPECT_EQ(step_state({id, 1}), "waiting");
  EXPECT_EQ(must(promote_due(*db)).ready.size(), 1u);
}

TEST_F(Finish, ARetryWaitsUntilItIsDueAndCostsAnAttempt) {
  const TaskId id = submit_one();
  const WorkerId planner = worker(Queue::planning);
  FinishedStep again = finished(claim_one(planner, Queue::planning, {id, 0}), Outcome::retry);
  again.retry_in = std::chrono::hours{1};
  again.error = Error{.category = Category::transient, .code = "remote_gone", .message = "no answer", .hint = {}};
  EXPECT_TRUE(must(finish(*db, planner, {again})).ready.empty());
  EXPECT_EQ(step_state({id, 0}), "waiting");
  EXPECT_TRUE(claim_all(planner, Queue::planning, {{id, 0}}).empty());  // a stale dispatch does not run it early
  EXPECT_EQ(must(promote_due(*db)).count, 0u);
  database.query("UPDATE step SET due_at = clock_timestamp()");
  EXPECT_EQ(must(promote_due(*db)).ready.size(), 1u);
  EXPECT_EQ(claim_one(planner, Queue::planning, {id, 0}).attempt, 2);
  EXPECT_EQ(attempts_of({id, 0}), "1 retry");
}

TEST_F(Finish, AHandBackIsReadyAtOnceAndCostsNoAttempt) {
  const TaskId id = submit_one();
  const WorkerId planner = worker(Queue::planning);
  const auto done = must(finish(*db, planner, {finished(claim_one(planner, Queue::planning, {id, 0}), Outcome::handed_back)}));
  ASSERT_EQ(done.ready.size(), 1u);
  const ClaimedStep step = claim_one(planner, Queue::planning, {id, 0});
  EXPECT_EQ(step.attempt, 1);
  EXPECT_EQ(step.handbacks, 1);
  EXPECT_EQ(attempts_of({id, 0}), "1 handed_back");
}

TEST_F(Finish, ProgressNeverFallsWhenStepsAreAdded) {
  const TaskId id = planned({new_step(100, Queue::codegen)});
  const WorkerId coder = worker(Queue::codegen);
  const auto progress = [&] { return std::stoi(database.value("SELECT progress FROM task")); };
  const int before = progress();
  EXPECT_GT(before, 0);
  std::vector<tasks::NewStep> many;
  for (std::int16_t ordinal = 200; ordinal < 220; ++ordinal) many.push_back(new_step(ordinal, Queue::codegen, {100}));
  must(finish(*db, coder, {finished(claim_one(coder, Queue::codegen, {id, 100}), Outcome::succeeded, many)}));
  EXPECT_GE(progress(), before);
  EXPECT_LT(progress(), 100);
}

}  // namespace
}  // namespace argosy::store
