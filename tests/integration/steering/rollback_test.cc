// Rollback: what came after a step is undone and done again by new rows, and the task ends well, once, whatever had become of it.

#include "common/store/blobs.h"
#include "tests/integration/steering/fixture.h"

namespace argosy::store {
namespace {

class Rollback : public SteeringTest {
 protected:
  // Two changes side by side, a test that needs both, a push.
  TaskId diamond(bool notify = false) {
    NewTask wanted = task();
    wanted.context = R"({"branch":"argosy/b"})";
    if (notify) {
      auto step = notify_step(1);
      step.payload = R"({"target":0,"delivery_id":"msg_first"})";
      wanted.steps.push_back(step);
    }
    return planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen), new_step(102, Queue::testing, {100, 101}, {101, 100}),
                    new_step(103, Queue::git, {102}, {100, 101, 102})},
                   wanted);
  }
  void all_done(const TaskId& task) {
    done(task, 100, Queue::codegen);
    done(task, 101, Queue::codegen);
    done(task, 102, Queue::testing);
    done(task, 103, Queue::git);
  }
  std::string branch(const TaskId& task) {
    return database.value(fmt::format("SELECT context::json ->> 'branch' FROM task_spec WHERE task_id = '{}'", task.to_string()));
  }
};

TEST_F(Rollback, AFailedTaskIsSetBackToAChangeAndEndsWell) {
  const TaskId id = diamond();
  done(id, 100, Queue::codegen);
  done(id, 101, Queue::codegen);
  broken(id, 102, Queue::testing);
  EXPECT_EQ(task_state(id), "failed");

  const auto undone = back(id, 100);
  EXPECT_EQ(undone.kind, Kind::done);
  EXPECT_EQ(undone.ready.size(), 1u);
  EXPECT_EQ(task_state(id), "running");
  EXPECT_EQ(step_state({id, 100}), "succeeded") << "it stays";
  EXPECT_EQ(step_state({id, 101}), "succeeded") << "so does what does not hang on it";
  EXPECT_EQ(step_state({id, 102}), "superseded");
  EXPECT_EQ(step_state({id, 103}), "superseded");
  EXPECT_FALSE(shown(id).error) << "the error is history";
  expect_counted(id);

  const std::int16_t test = now(id, 102), push = now(id, 103);
  EXPECT_NE(test, 102);
  EXPECT_EQ(step_state({id, test}), "ready");
  EXPECT_EQ(step_state({id, push}), "blocked");
  const ClaimedStep again = claim_one(of(Queue::testing), Queue::testing, {id, test});
  EXPECT_EQ(again.attempt, 1);
  const std::vector<std::pair<std::int16_t, std::string>> inputs{{101, R"({"of":101})"}, {100, R"({"of":100})"}};
  EXPECT_EQ(again.inputs, inputs);
  must(finish(*db, of(Queue::testing), {finished(again)}));
  const ClaimedStep pushing = claim_one(of(Queue::git), Queue::git, {id, push});
  EXPECT_EQ(pushing.inputs.at(2).first, test) << "it reads the new test, not the old one";
  must(finish(*db, of(Queue::git), {finished(pushing)}));
  EXPECT_EQ(task_state(id), "succeeded");
  EXPECT_EQ(shown(id).progress, 100);
  EXPECT_EQ(branch(id), "argosy/b") << "the push had never begun";
  expect_counted(id);
  expect_seq_without_holes(id);
}

TEST_F(Rollback, ATaskThatHadEndedIsToldAboutAgainUnderANewDeliveryId) {
  const TaskId id = diamond(true);
  all_done(id);
  done(id, 1, Queue::notifications);
  EXPECT_EQ(back(id, 0).kind, Kind::done);
  EXPECT_EQ(step_state({id, 1}), "superseded");
  expect_counted(id);
  for (const std::int16_t change : {now(id, 100), now(id, 101)}) done(id, change, Queue::codegen);
  done(id, now(id, 102), Queue::testing);
  const auto end = done(id, now(id, 103), Queue::git);
  EXPECT_EQ(task_state(id), "succeeded");
  ASSERT_EQ(end.ready.size(), 1u) << "the notification of the new end";
  const ClaimedStep told = claim_one(of(Queue::notifications), Queue::notifications, end.ready[0].ref);
  EXPECT_EQ(told.payload.find("msg_first"), std::string::npos);
  EXPECT_NE(told.payload.find("delivery_id"), std::string::npos);
  must(finish(*db, of(Queue::notifications), {finished(told)}));
  EXPECT_NE(database.value(fmt::format("SELECT settled_at FROM task WHERE task_id = '{}'", id.to_string())), "NULL");
  expect_seq_without_holes(id);
}

TEST_F(Rollback, APushedBranchIsNeverPushedOver) {
  const TaskId id = diamond();
  all_done(id);
  EXPECT_EQ(back(id, 102).kind, Kind::done);
  EXPECT_EQ(branch(id), "argosy/b-r1");
  const ClaimedStep push = claim_one(of(Queue::git), Queue::git, {id, now(id, 103)});
  EXPECT_NE(push.context.find("argosy/b-r1"), std::string::npos);
  EXPECT_EQ(back(id, 102).kind, Kind::done) << "while it runs: nobody knows whether it has pushed";
  EXPECT_EQ(branch(id), "argosy/b-r2");
  EXPECT_TRUE(must(finish(*db, of(Queue::git), {finished(push)})).accepted.empty()) << "its result comes too late";
  done(id, now(id, 103), Queue::git);
  EXPECT_EQ(task_state(id), "succeeded");
}

TEST_F(Rollback, WhatRunsBesideGoesOnAndItsSuccessorsWaitForIt) {
  const TaskId id = diamond();
  done(id, 100, Queue::codegen);
  const ClaimedStep sibling = claim_one(of(Queue::codegen), Queue::codegen, {id, 101});
  EXPECT_EQ(back(id, 100).kind, Kind::unchanged) << "nothing after it has begun";
  must(finish(*db, of(Queue::codegen), {finished(sibling)}));
  const ClaimedStep test = claim_one(of(Queue::testing), Queue::testing, {id, 102});
  EXPECT_EQ(back(id, 0).kind, Kind::done);
  const std::int16_t one = now(id, 100), other = now(id, 101);
  done(id, one, Queue::codegen);
  const ClaimedStep running = claim_one(of(Queue::codegen), Queue::codegen, {id, other});
  EXPECT_TRUE(must(finish(*db, of(Queue::testing), {finished(test)})).accepted.empty()) << "it was undone while it ran";
  EXPECT_EQ(step_state({id, now(id, 102)}), "blocked");
  must(finish(*db, of(Queue::codegen), {finished(running)}));
  EXPECT_EQ(step_state({id, now(id, 102)}), "ready");
  expect_counted(id);
  expect_seq_without_holes(id);
}

TEST_F(Rollback, ANewRowWaitsForASiblingThatStillRuns) {
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen), new_step(102, Queue::testing, {100}),
                             new_step(103, Queue::git, {101, 102})});
  done(id, 100, Queue::codegen);
  const ClaimedStep sibling = claim_one(of(Queue::codegen), Queue::codegen, {id, 101});
  done(id, 102, Queue::testing);
  EXPECT_EQ(back(id, 100).kind, Kind::done);
  done(id, now(id, 102), Queue::testing);
  const std::int16_t push = now(id, 103);
  EXPECT_EQ(step_state({id, push}), "blocked");
  const auto ended = must(finish(*db, of(Queue::codegen), {finished(sibling)}));
  ASSERT_EQ(ended.ready.size(), 1u);
  EXPECT_EQ(ended.ready[0].ref, (StepRef{id, push}));
  done(id, push, Queue::git);
  EXPECT_EQ(task_state(id), "succeeded");
  expect_counted(id);
}

TEST_F(Rollback, ACancelledTaskIsSetBackAndDoesWhatItHadNotDone) {
  const TaskId id = diamond();
  done(id, 100, Queue::codegen);
  must(pause(*db, kDefaultOrg, id, "ann"));
  must(cancel(*db, kDefaultOrg, id, "ann"));
  EXPECT_EQ(back(id, 100).kind, Kind::done);
  EXPECT_FALSE(shown(id).paused) << "the pause was of the run that has ended";
  done(id, now(id, 101), Queue::codegen);
  done(id, now(id, 102), Queue::testing);
  done(id, now(id, 103), Queue::git);
  EXPECT_EQ(task_state(id), "succeeded");
}

TEST_F(Rollback, APausedTaskStaysPaused) {
  const TaskId id = diamond();
  done(id, 100, Queue::codegen);
  done(id, 101, Queue::codegen);
  done(id, 102, Queue::testing);
  EXPECT_EQ(paused(id), Kind::done);
  EXPECT_TRUE(back(id, 100).ready.empty());
  EXPECT_EQ(step_state({id, now(id, 102)}), "waiting");
  EXPECT_EQ(must(resume(*db, kDefaultOrg, id, "ann")).ready.size(), 1u);
}

TEST_F(Rollback, ARepeatIsToldTheSame) {
  const TaskId id = diamond();
  all_done(id);
  const auto first = back(id, 101, "key");
  EXPECT_EQ(first.kind, Kind::done);
  const auto again = back(id, 101);
  EXPECT_EQ(again.kind, Kind::unchanged);
  EXPECT_EQ(again.stands, first.stands);
  claim_one(of(Queue::testing), Queue::testing, {id, now(id, 102)});
  const auto keyed = back(id, 101, "key");
  EXPECT_EQ(keyed.kind, Kind::unchanged) << "though the new step has begun";
  EXPECT_EQ(keyed.stands, first.stands);
  EXPECT_EQ(back(id, 100, "key").why, "idempotency_key_reused");
  EXPECT_EQ(told(id, "steered").size(), 1u);
}

TEST_F(Rollback, OnlyAStepThatSucceededCanStay) {
  const TaskId id = diamond(true);
  EXPECT_EQ(back(id, 100).why, "step_not_finished");
  EXPECT_EQ(back(id, 7).why, "step_not_found");
  EXPECT_EQ(back(id, 1).why, "step_not_found") << "it hangs on the end";
  all_done(id);
  EXPECT_EQ(back(id, 103).why, "nothing_to_undo");
  EXPECT_EQ(back(id, 102).kind, Kind::done);
  EXPECT_EQ(back(id, 103).why, "step_superseded");
  EXPECT_EQ(must(rollback(*db, OrgId{Uuid::v4()}, id, 100, "", "eve")).kind, Kind::not_found);
}

TEST_F(Rollback, WhatAnUndoneStepHadAddedIsLeftToIt) {
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen, {100})});
  done(id, 100, Queue::codegen);
  const ClaimedStep adder = claim_one(of(Queue::codegen), Queue::codegen, {id, 101});
  must(finish(*db, of(Queue::codegen), {finished(adder, Outcome::succeeded, {new_step(200, Queue::git)})}));
  done(id, 200, Queue::git);
  EXPECT_EQ(back(id, 100).kind, Kind::done);
  EXPECT_EQ(step_state({id, 200}), "superseded");
  EXPECT_EQ(now(id, 200), 200) << "nothing takes its place: who had added it runs again";
  EXPECT_NE(now(id, 101), 101);
  expect_counted(id);
}

TEST_F(Rollback, AQuestionOfAnUndoneStepIsClosed) {
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen, {100})});
  done(id, 100, Queue::codegen);
  FinishedStep asks = finished(claim_one(of(Queue::codegen), Queue::codegen, {id, 101}), Outcome::asked);
  asks.question = tasks::Question{.name = "review", .type = "approval", .description = "May I?"};
  asks.answer_within = std::chrono::hours(1);
  must(finish(*db, of(Queue::codegen), {asks}));
  EXPECT_EQ(back(id, 100).kind, Kind::done);
  EXPECT_TRUE(shown(id).checkpoints.empty());
  const tasks::Answer late{.step = 101, .name = "review", .verdict = tasks::Verdict::approve, .text = {}};
  EXPECT_EQ(must(answer(*db, kDefaultOrg, id, late, "ann")).why, "checkpoint_closed");
  done(id, now(id, 101), Queue::codegen);
  EXPECT_EQ(task_state(id), "succeeded");
}

TEST_F(Rollback, ArtifactsOfUndoneStepsAreKeptAndSaySo) {
  const TaskId id = diamond();
  all_done(id);
  for (const std::int16_t step : {std::int16_t{100}, std::int16_t{102}}) {
    const std::string bytes = "of " + std::to_string(step);
    must(put_blob(*db,
                  {.task = id, .step = step, .attempt = 1, .kind = "log", .name = "log", .sha256 = crypto::sha256_hex(bytes), .size = 6},
                  bytes, 1 << 20));
  }
  EXPECT_EQ(back(id, 100).kind, Kind::done);
  const auto kept = must(list_blobs(*db, id));
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_FALSE(kept[0].superseded);
  EXPECT_TRUE(kept[1].superseded);
}

TEST_F(Rollback, TheirNumberIsBounded) {
  const TaskId id = planned({new_step(100, Queue::codegen)});
  done(id, 100, Queue::codegen);
  int served = 0;
  for (; served < 40 && back(id, 0).kind == Kind::done; ++served) done(id, now(id, 100), Queue::codegen);
  EXPECT_EQ(served, 30);
  EXPECT_EQ(back(id, 0).why, "too_many_rollbacks");
  expect_seq_without_holes(id);
}

TEST_F(Rollback, AgainstAFinishOfTheUndoneStepNothingIsCountedTwice) {
  auto pool = database.open(2);
  for (int round = 0; round < 20; ++round) {
    const TaskId id = diamond();
    done(id, 100, Queue::codegen);
    done(id, 101, Queue::codegen);
    const ClaimedStep test = claim_one(of(Queue::testing), Queue::testing, {id, 102});
    together([&] { must(finish(*pool, of(Queue::testing), {finished(test)})); },
             [&] { must(rollback(*pool, kDefaultOrg, id, 100, "", "ann")); });
    EXPECT_EQ(step_state({id, 102}), "superseded");
    done(id, now(id, 102), Queue::testing);
    done(id, now(id, 103), Queue::git);
    EXPECT_EQ(task_state(id), "succeeded");
    expect_counted(id);
    expect_seq_without_holes(id);
  }
}

TEST_F(Rollback, AgainstAClaimTheUndoneStepDoesNotGoOn) {
  auto pool = database.open(2);
  for (int round = 0; round < 20; ++round) {
    const TaskId id = diamond();
    all_done(id);
    back(id, 101);
    const std::int16_t test = now(id, 102);
    std::vector<ClaimedStep> claimed;
    together([&] { claimed = must(claim(*pool, of(Queue::testing), Queue::testing, {{{id, test}, Uuid::v4()}}, true)); },
             [&] { must(rollback(*pool, kDefaultOrg, id, 0, "", "ann")); });
    EXPECT_EQ(step_state({id, test}), "superseded");
    if (!claimed.empty()) EXPECT_TRUE(must(finish(*db, of(Queue::testing), {finished(claimed[0])})).accepted.empty());
    expect_counted(id);
    expect_seq_without_holes(id);
  }
}

TEST_F(Rollback, OfTwoAtOnceBothAreServedAndTheTaskStandsOnce) {
  auto pool = database.open(2);
  for (int round = 0; round < 20; ++round) {
    const TaskId id = diamond();
    all_done(id);
    Steered one, other;
    together([&] { one = must(rollback(*pool, kDefaultOrg, id, 100, "", "ann")); },
             [&] { other = must(rollback(*pool, kDefaultOrg, id, 100, "", "ben")); });
    EXPECT_EQ((one.kind == Kind::done) + (other.kind == Kind::done), 1);
    EXPECT_EQ(one.stands, other.stands);
    expect_counted(id);
  }
}

}  // namespace
}  // namespace argosy::store
