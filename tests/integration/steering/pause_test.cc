// Pause and resume: a task that a person holds back begins nothing new, loses nothing, and goes on where it stood.
#include "tests/integration/steering/fixture.h"

namespace argosy::store {
namespace {

class Pause : public SteeringTest {};

TEST_F(Pause, WhatIsReadyWaitsAndCannotBeClaimedUntilTheTaskGoesOn) {
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen)});
  EXPECT_EQ(paused(id), Kind::done);
  EXPECT_EQ(step_state({id, 100}), "waiting");
  EXPECT_EQ(step_state({id, 101}), "waiting");
  EXPECT_EQ(status(id), "waiting");
  EXPECT_TRUE(shown(id).paused);
  const WorkerId coder = worker(Queue::codegen);
  EXPECT_TRUE(claim_all(coder, Queue::codegen, {{id, 100}, {id, 101}}).empty());
  must(promote_due(*db));
  EXPECT_EQ(step_state({id, 100}), "waiting") << "time alone must not wake it";

  const auto going = must(resume(*db, kDefaultOrg, id, "ann"));
  EXPECT_EQ(going.kind, Kind::done);
  EXPECT_EQ(going.ready.size(), 2u) << "they are announced again";
  EXPECT_EQ(claim_all(coder, Queue::codegen, {{id, 100}, {id, 101}}).size(), 2u);
  EXPECT_FALSE(shown(id).paused);
  const std::vector<std::string> expected{R"({"by": "ann", "action": "paused"})", R"({"by": "ann", "action": "resumed"})"};
  EXPECT_EQ(told(id, "steered"), expected);
  expect_seq_without_holes(id);
}

TEST_F(Pause, WhatRunsMayEndAndWhatFollowsItWaits) {
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::git, {100})});
  const WorkerId coder = worker(Queue::codegen);
  const ClaimedStep running = claim_one(coder, Queue::codegen, {id, 100});
  EXPECT_EQ(paused(id), Kind::done);
  EXPECT_EQ(step_state({id, 100}), "running");
  const auto done = must(finish(*db, coder, {finished(running, Outcome::succeeded, {new_step(110, Queue::codegen)})}));
  EXPECT_EQ(done.accepted.size(), 1u);
  EXPECT_TRUE(done.ready.empty()) << "nothing of a paused task is announced";
  EXPECT_EQ(step_state({id, 101}), "waiting");
  EXPECT_EQ(step_state({id, 110}), "waiting") << "what it added waits likewise";
  EXPECT_EQ(told(id, "step_state").back(), R"({"step":101,"queue":"git","state":"waiting","attempt":0})");
  EXPECT_EQ(resumed(id), Kind::done);
  EXPECT_EQ(step_state({id, 101}), "ready");
  EXPECT_EQ(step_state({id, 110}), "ready");
  expect_seq_without_holes(id);
}

TEST_F(Pause, AStepThatComesBackToAPausedTaskWaitsHoweverItComesBack) {
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen), new_step(102, Queue::codegen)});
  const WorkerId coder = worker(Queue::codegen), leaver = worker(Queue::codegen);
  const auto held = claim_all(coder, Queue::codegen, {{id, 100}, {id, 101}});
  claim_one(leaver, Queue::codegen, {id, 102});
  EXPECT_EQ(paused(id), Kind::done);
  FinishedStep again = finished(held[1], Outcome::retry);
  again.error = Error{.category = Category::transient, .code = "busy", .message = "busy", .hint = {}};
  must(finish(*db, coder, {finished(held[0], Outcome::handed_back), again}));
  EXPECT_TRUE(must(leave(*db, leaver)).empty());
  EXPECT_EQ(step_state({id, 100}), "waiting");
  EXPECT_EQ(step_state({id, 102}), "waiting");
  must(promote_due(*db));
  EXPECT_EQ(step_state({id, 101}), "waiting") << "its backoff is over, the pause is not";
  EXPECT_EQ(step_column({id, 101}, "due_at"), "NULL");
  EXPECT_EQ(must(resume(*db, kDefaultOrg, id, "ann")).ready.size(), 3u);
}

TEST_F(Pause, AResumedTaskWaitsForTheBackoffOfItsSteps) {
  const TaskId id = planned({new_step(100, Queue::codegen)});
  const WorkerId coder = worker(Queue::codegen);
  FinishedStep later = finished(claim_one(coder, Queue::codegen, {id, 100}), Outcome::retry);
  later.retry_in = std::chrono::hours(1);
  must(finish(*db, coder, {later}));
  EXPECT_EQ(paused(id), Kind::done);
  EXPECT_EQ(resumed(id), Kind::done);
  EXPECT_EQ(step_state({id, 100}), "waiting");
}

TEST_F(Pause, ATaskThatIsPausedBeforeItsPlanIsToldAsWaitingNotAsPlanning) {
  const TaskId id = submit_one();
  EXPECT_EQ(paused(id), Kind::done);
  EXPECT_EQ(task_state(id), "queued");
  EXPECT_EQ(status(id), "waiting");
  EXPECT_EQ(resumed(id), Kind::done);
  EXPECT_EQ(status(id), "queued");
  claim_one(worker(Queue::planning), Queue::planning, {id, 0});
}

TEST_F(Pause, ARunningStepHearsOfItWithTheNextRenewal) {
  const TaskId id = planned({new_step(100, Queue::codegen)}), other = planned({new_step(100, Queue::codegen)});
  const WorkerId coder = worker(Queue::codegen);
  claim_all(coder, Queue::codegen, {{id, 100}, {other, 100}});
  const auto renewed = [&] {
    return must(renew(*db, {.worker = coder, .queue = Queue::codegen, .host = "here", .slots = 4, .held = {{id, 100}, {other, 100}}}));
  };
  EXPECT_TRUE(renewed().paused.empty());
  EXPECT_EQ(paused(id), Kind::done);
  const auto heard = renewed();
  ASSERT_EQ(heard.paused.size(), 1u);
  EXPECT_EQ(heard.paused[0], (StepRef{id, 100}));
  EXPECT_TRUE(heard.cancelled.empty());
  EXPECT_EQ(resumed(id), Kind::done);
  EXPECT_TRUE(renewed().paused.empty());
}

TEST_F(Pause, RepeatingItChangesNothing) {
  const TaskId id = planned({new_step(100, Queue::codegen)});
  EXPECT_EQ(resumed(id), Kind::unchanged);
  EXPECT_EQ(paused(id), Kind::done);
  EXPECT_EQ(paused(id), Kind::unchanged);
  EXPECT_EQ(resumed(id), Kind::done);
  EXPECT_EQ(resumed(id), Kind::unchanged);
  EXPECT_EQ(told(id, "steered").size(), 2u);
}

TEST_F(Pause, ATaskThatHasEndedOrIsForeignIsLeftAlone) {
  const TaskId id = planned({new_step(100, Queue::codegen)});
  must(cancel(*db, kDefaultOrg, id, "ann"));
  const auto refused = must(pause(*db, kDefaultOrg, id, "ann"));
  EXPECT_EQ(refused.kind, Kind::refused);
  EXPECT_EQ(refused.why, "task_final");
  EXPECT_EQ(refused.state, "cancelled");
  EXPECT_EQ(must(resume(*db, kDefaultOrg, id, "ann")).why, "task_final");
  const OrgId foreign{Uuid::v4()};
  EXPECT_EQ(must(pause(*db, foreign, id, "ann")).kind, Kind::not_found);
  EXPECT_EQ(must(resume(*db, kDefaultOrg, TaskId{Uuid::v4()}, "ann")).kind, Kind::not_found);
}

TEST_F(Pause, APausedTaskCanBeCancelledAndItsEndIsToldAbout) {
  NewTask wanted = task();
  wanted.steps.push_back(notify_step(1));
  const TaskId id = planned({new_step(100, Queue::codegen)}, wanted);
  EXPECT_EQ(paused(id), Kind::done);
  const auto cancelled = must(cancel(*db, kDefaultOrg, id, "ann"));
  EXPECT_EQ(cancelled.kind, Cancelled::Kind::cancelled);
  EXPECT_EQ(step_state({id, 100}), "cancelled");
  EXPECT_EQ(step_state({id, 1}), "ready") << "what hangs on the end is not held back";
  EXPECT_FALSE(shown(id).paused);
}

TEST_F(Pause, AgainstAClaimInFlightTheStepEitherRunsOrWaits) {
  const WorkerId coder = worker(Queue::codegen);
  auto pool = database.open(2);
  for (int round = 0; round < 30; ++round) {
    const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen)});
    std::size_t claimed = 0;
    together([&] { claimed = must(claim(*pool, coder, Queue::codegen, {{{id, 100}, Uuid::v4()}, {{id, 101}, Uuid::v4()}}, true)).size(); },
             [&] { must(pause(*pool, kDefaultOrg, id, "ann")); });
    const auto count = [&](const std::string& state) {
      return database.value(
          fmt::format("SELECT count(*) FROM step WHERE task_id = '{}' AND state = '{}' AND ordinal >= 100", id.to_string(), state));
    };
    EXPECT_EQ(count("running"), std::to_string(claimed));
    EXPECT_EQ(count("ready"), "0") << "a paused task has nothing to claim";
    expect_seq_without_holes(id);
  }
}

TEST_F(Pause, AgainstAFinishNothingOfThePausedTaskStaysReady) {
  const WorkerId coder = worker(Queue::codegen);
  auto pool = database.open(2);
  for (int round = 0; round < 30; ++round) {
    const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::git, {100})});
    const ClaimedStep running = claim_one(coder, Queue::codegen, {id, 100});
    together([&] { must(finish(*pool, coder, {finished(running)})); }, [&] { must(pause(*pool, kDefaultOrg, id, "ann")); });
    EXPECT_EQ(step_state({id, 100}), "succeeded");
    EXPECT_EQ(step_state({id, 101}), "waiting") << "round " << round;
    expect_seq_without_holes(id);
  }
}

TEST_F(Pause, TwoWhoResumeAtOnceAnnounceTheStepOnce) {
  auto pool = database.open(2);
  for (int round = 0; round < 20; ++round) {
    const TaskId id = planned({new_step(100, Queue::codegen)});
    EXPECT_EQ(paused(id), Kind::done);
    Steered one, other;
    together([&] { one = must(resume(*pool, kDefaultOrg, id, "ann")); }, [&] { other = must(resume(*pool, kDefaultOrg, id, "ben")); });
    EXPECT_EQ(one.ready.size() + other.ready.size(), 1u);
    EXPECT_EQ(step_state({id, 100}), "ready");
  }
}

}  // namespace
}  // namespace argosy::store
