// A detour: a step ends well, and what hung on it waits for the last of the steps that it adds. Once, whatever comes in between.

#include "common/store/dead_letters.h"
#include "tests/integration/steering/fixture.h"

namespace argosy::store {
namespace {

using Inputs = std::vector<std::int16_t>;

class Detour : public SteeringTest {
 protected:
  // Two changes side by side, a test of both, a push of all three, and a step behind the push that reads the test.
  TaskId row() {
    NewTask wanted = task();
    wanted.context = R"({"branch":"argosy/b"})";
    return planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen), new_step(102, Queue::testing, {100, 101}, {100, 101}),
                    new_step(103, Queue::git, {102}, {100, 101, 102}), new_step(104, Queue::git, {103}, {102, 103})},
                   wanted);
  }
  ClaimedStep testing_step(const TaskId& task, std::int16_t step) { return claim_one(of(Queue::testing), Queue::testing, {task, step}); }
  // "Mend, then test again", behind what `test` read.
  static FinishedStep detoured(const ClaimedStep& test) {
    Inputs read;
    for (const auto& [ordinal, output] : test.inputs) read.push_back(ordinal);
    read.push_back(test.ref.ordinal);
    auto mend = new_step(-1, Queue::codegen, read, read);
    read.push_back(-1);
    auto result = finished(test);
    result.detour = {mend, new_step(-2, Queue::testing, {-1}, read)};
    result.events = {{"agent_thought", "{}"}};
    return result;
  }
  Finished red(const TaskId& task, std::int16_t step) {
    return must(finish(*db, of(Queue::testing), {detoured(testing_step(task, step))}));
  }
  // Changes done, and the first test red: 105 mends, 106 tests again.
  TaskId with_a_round() {
    const TaskId id = row();
    done(id, 100, Queue::codegen);
    done(id, 101, Queue::codegen);
    red(id, 102);
    return id;
  }
  std::string needs(const TaskId& task, std::int16_t step) {
    return database.value(fmt::format("SELECT depends_on::text || ' ' || inputs::text FROM step_spec WHERE task_id = '{}' AND ordinal = {}",
                                      task.to_string(), step));
  }
  std::string states(const TaskId& task) {
    return database.value(fmt::format(
        "SELECT string_agg(ordinal || ' ' || state, ', ' ORDER BY ordinal) FROM step WHERE task_id = '{}' AND state <> 'superseded'",
        task.to_string()));
  }
};

TEST_F(Detour, WhatHungOnTheStepWaitsForTheLastOfTheDetourAndReadsWhatItMade) {
  const TaskId id = row();
  done(id, 100, Queue::codegen);
  done(id, 101, Queue::codegen);
  const auto ended = red(id, 102);
  EXPECT_EQ(ended.accepted.size(), 1u);
  ASSERT_EQ(ended.ready.size(), 1u);
  EXPECT_EQ(ended.ready[0].ref, (StepRef{id, 105}));
  EXPECT_EQ(states(id), "0 succeeded, 100 succeeded, 101 succeeded, 102 succeeded, 103 blocked, 104 blocked, 105 ready, 106 blocked");
  EXPECT_EQ(needs(id, 105), "{100,101,102} {100,101,102}");
  EXPECT_EQ(needs(id, 106), "{105} {100,101,102,105}");
  EXPECT_EQ(needs(id, 103), "{106} {100,101,102,105,106}");
  EXPECT_EQ(needs(id, 104), "{103} {100,101,102,105,106,103}") << "it reads the test, though it does not wait for it";
  expect_counted(id);

  done(id, 105, Queue::codegen);
  EXPECT_EQ(step_state({id, 103}), "blocked");
  const auto green = done(id, 106, Queue::testing);
  ASSERT_EQ(green.ready.size(), 1u);
  EXPECT_EQ(green.ready[0].ref, (StepRef{id, 103}));
  const ClaimedStep push = claim_one(of(Queue::git), Queue::git, {id, 103});
  ASSERT_EQ(push.inputs.size(), 5u);
  EXPECT_EQ(push.inputs[3].second, R"({"of":105})");
  must(finish(*db, of(Queue::git), {finished(push)}));
  done(id, 104, Queue::git);
  EXPECT_EQ(task_state(id), "succeeded");
  expect_counted(id);
  expect_seq_without_holes(id);
}

TEST_F(Detour, AfterADetourAnotherMayFollow) {
  const TaskId id = with_a_round();
  done(id, 105, Queue::codegen);
  red(id, 106);
  EXPECT_EQ(needs(id, 108), "{107} {100,101,102,105,106,107}");
  EXPECT_EQ(needs(id, 103), "{108} {100,101,102,105,106,107,108}");
  done(id, 107, Queue::codegen);
  done(id, 108, Queue::testing);
  done(id, 103, Queue::git);
  done(id, 104, Queue::git);
  EXPECT_EQ(task_state(id), "succeeded");
  expect_seq_without_holes(id);
}

TEST_F(Detour, ARepeatedFinishAddsNothingAndTellsTheSame) {
  const TaskId id = row();
  done(id, 100, Queue::codegen);
  done(id, 101, Queue::codegen);
  const auto result = detoured(testing_step(id, 102));
  const auto first = must(finish(*db, of(Queue::testing), {result})), second = must(finish(*db, of(Queue::testing), {result}));
  EXPECT_EQ(second.accepted, first.accepted);
  ASSERT_EQ(second.ready.size(), 1u);
  EXPECT_EQ(second.ready[0].ref, first.ready[0].ref);
  EXPECT_EQ(second.events.size(), first.events.size());
  EXPECT_EQ(database.value("SELECT count(*) FROM step"), "8");
  EXPECT_EQ(needs(id, 103), "{106} {100,101,102,105,106}");
  expect_counted(id);
  expect_seq_without_holes(id);
}

TEST_F(Detour, UnderALostLeaseNothingIsAdded) {
  const TaskId id = row();
  done(id, 100, Queue::codegen);
  done(id, 101, Queue::codegen);
  auto result = detoured(testing_step(id, 102));
  --result.lease_epoch;
  EXPECT_TRUE(must(finish(*db, of(Queue::testing), {result})).accepted.empty());
  EXPECT_EQ(step_state({id, 102}), "running");
  EXPECT_EQ(database.value("SELECT count(*) FROM step"), "6");
}

TEST_F(Detour, OfATaskThatFailedMeanwhileIsMadeWhenItIsRedriven) {
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::testing, {100}, {100}), new_step(102, Queue::codegen),
                             new_step(103, Queue::git, {101, 102}, {100, 101})});
  done(id, 100, Queue::codegen);
  const ClaimedStep test = testing_step(id, 101);
  must(finish(*db, of(Queue::codegen), {failed(claim_one(of(Queue::codegen), Queue::codegen, {id, 102}))}));
  EXPECT_EQ(must(finish(*db, of(Queue::testing), {detoured(test)})).accepted.size(), 1u);
  EXPECT_EQ(states(id), "0 succeeded, 100 succeeded, 101 cancelled, 102 failed, 103 cancelled") << "a success would let the push go";
  EXPECT_EQ(must(redrive(*db, Uuid::v4(), kDefaultOrg, "ann", {{id, 102}})).steps.size(), 1u);
  EXPECT_EQ(step_state({id, 101}), "ready");
  red(id, 101);
  done(id, 102, Queue::codegen);
  EXPECT_EQ(step_state({id, 103}), "blocked");
  done(id, 104, Queue::codegen);
  EXPECT_EQ(done(id, 105, Queue::testing).ready.size(), 1u);
  done(id, 103, Queue::git);
  EXPECT_EQ(task_state(id), "succeeded");
  expect_seq_without_holes(id);
}

TEST_F(Detour, ThatFailedIsRedrivenAndStillStandsBeforeThePush) {
  const TaskId id = with_a_round();
  must(finish(*db, of(Queue::codegen), {failed(claim_one(of(Queue::codegen), Queue::codegen, {id, 105}))}));
  EXPECT_EQ(task_state(id), "failed");
  EXPECT_EQ(must(redrive(*db, Uuid::v4(), kDefaultOrg, "ann", {{id, 105}})).steps.size(), 1u);
  done(id, 105, Queue::codegen);
  EXPECT_EQ(step_state({id, 103}), "blocked");
  done(id, 106, Queue::testing);
  done(id, 103, Queue::git);
  done(id, 104, Queue::git);
  EXPECT_EQ(task_state(id), "succeeded");
}

TEST_F(Detour, IsCancelledWithItsTask) {
  const TaskId id = with_a_round();
  must(cancel(*db, kDefaultOrg, id, "ann"));
  EXPECT_EQ(states(id),
            "0 succeeded, 100 succeeded, 101 succeeded, 102 succeeded, 103 cancelled, 104 cancelled, 105 cancelled, 106 cancelled");
  EXPECT_EQ(task_state(id), "cancelled");
}

TEST_F(Detour, OfAPausedTaskWaits) {
  const TaskId id = row();
  done(id, 100, Queue::codegen);
  done(id, 101, Queue::codegen);
  const auto result = detoured(testing_step(id, 102));
  EXPECT_EQ(paused(id), Kind::done);
  EXPECT_TRUE(must(finish(*db, of(Queue::testing), {result})).ready.empty());
  EXPECT_EQ(step_state({id, 105}), "waiting");
  EXPECT_EQ(resumed(id), Kind::done);
  EXPECT_EQ(step_state({id, 105}), "ready");
}

TEST_F(Detour, IsUndoneWithWhatItStoodBehind) {
  const TaskId id = with_a_round();
  done(id, 105, Queue::codegen);
  red(id, 106);
  EXPECT_EQ(back(id, 100).kind, Kind::done);
  const auto test = now(id, 102), push = now(id, 103), last = now(id, 104);
  EXPECT_EQ(states(id), fmt::format("0 succeeded, 100 succeeded, 101 succeeded, {} ready, {} blocked, {} blocked", test, push, last));
  EXPECT_EQ(needs(id, push), fmt::format("{{{}}} {{100,101,{}}}", test, test));
  EXPECT_EQ(needs(id, last), fmt::format("{{{}}} {{100,101,{},{}}}", push, test, push));
  expect_counted(id);
  red(id, test);
  const std::int16_t mend = last + 1, again = last + 2;
  EXPECT_EQ(needs(id, push), fmt::format("{{{}}} {{100,101,{},{},{}}}", again, test, mend, again));
  done(id, mend, Queue::codegen);
  done(id, again, Queue::testing);
  done(id, push, Queue::git);
  done(id, last, Queue::git);
  EXPECT_EQ(task_state(id), "succeeded");
  expect_counted(id);
  expect_seq_without_holes(id);
}

TEST_F(Detour, IsDoneAgainWhenTheTaskIsSetBackToTheStepThatAddedIt) {
  const TaskId id = with_a_round();
  done(id, 105, Queue::codegen);
  red(id, 106);
  done(id, 107, Queue::codegen);
  EXPECT_EQ(back(id, 102).kind, Kind::done);
  const auto mend = now(id, 105), test = now(id, 106), push = now(id, 103);
  EXPECT_NE(mend, 105);
  EXPECT_EQ(now(id, 107), 107) << "who had added it runs again";
  EXPECT_EQ(needs(id, test), fmt::format("{{{}}} {{100,101,102,{}}}", mend, mend));
  EXPECT_EQ(needs(id, push), fmt::format("{{{}}} {{100,101,102,{},{}}}", test, mend, test));
  done(id, mend, Queue::codegen);
  done(id, test, Queue::testing);
  done(id, push, Queue::git);
  done(id, now(id, 104), Queue::git);
  EXPECT_EQ(task_state(id), "succeeded");
  expect_counted(id);
}

TEST_F(Detour, IsTestedAgainWhenTheTaskIsSetBackIntoIt) {
  const TaskId id = with_a_round();
  done(id, 105, Queue::codegen);
  red(id, 106);
  done(id, 107, Queue::codegen);
  done(id, 108, Queue::testing);
  EXPECT_EQ(back(id, 105).kind, Kind::done);
  const auto test = now(id, 106), push = now(id, 103);
  EXPECT_EQ(needs(id, push), fmt::format("{{{}}} {{100,101,102,105,{}}}", test, test));
  red(id, test);
  expect_counted(id);
  EXPECT_EQ(step_state({id, push}), "blocked");
}

TEST_F(Detour, ThatDoesNotFitTheBoundsFailsItsStepAlone) {
  const TaskId id = row();
  done(id, 100, Queue::codegen);
  done(id, 101, Queue::codegen);
  Database small(
      DatabaseOptions{.url = database.url(), .connections = 1, .application_name = "test", .max_task_steps = 7, .max_task_depth = 7});
  const auto refused = must(finish(small, of(Queue::testing), {detoured(testing_step(id, 102))}));
  ASSERT_EQ(refused.poisoned.size(), 1u);
  EXPECT_EQ(refused.poisoned[0].second.code, "task_bounds_passed");
  EXPECT_EQ(task_state(id), "failed");
}

TEST_F(Detour, MakesNoRowLonger) {
  const TaskId id = row();
  done(id, 100, Queue::codegen);
  done(id, 101, Queue::codegen);
  // 100, 102, 105, 106, 103, 104: the plan's four.
  Database small(
      DatabaseOptions{.url = database.url(), .connections = 1, .application_name = "test", .max_task_steps = 100, .max_task_depth = 4});
  EXPECT_EQ(must(finish(small, of(Queue::testing), {detoured(testing_step(id, 102))})).accepted.size(), 1u);
}

TEST_F(Detour, ThatIsUnsoundFailsItsStepAlone) {
  const TaskId id = row();
  done(id, 100, Queue::codegen);
  done(id, 101, Queue::codegen);
  auto circle = detoured(testing_step(id, 102));
  circle.detour[0].depends_on.push_back(-2);
  const auto refused = must(finish(*db, of(Queue::testing), {circle}));
  ASSERT_EQ(refused.poisoned.size(), 1u);
  EXPECT_EQ(refused.poisoned[0].second.code, "result_rejected");
  EXPECT_EQ(step_state({id, 102}), "failed");
}

TEST_F(Detour, AStepThatWasRedrivenMayTakeOneAndWhatItHeldUpComesBehindIt) {
  const TaskId id = row();
  done(id, 100, Queue::codegen);
  done(id, 101, Queue::codegen);
  must(finish(*db, of(Queue::testing), {finished(testing_step(id, 102), Outcome::failed)}));
  ASSERT_EQ(task_state(id), "failed");
  must(redrive(*db, Uuid::v4(), kDefaultOrg, "ann", {{id, 102}}));
  const auto again = testing_step(id, 102);
  EXPECT_GT(again.forgiven, 0);
  EXPECT_EQ(must(finish(*db, of(Queue::testing), {detoured(again)})).accepted.size(), 1u);
  EXPECT_EQ(states(id), "0 succeeded, 100 succeeded, 101 succeeded, 102 succeeded, 103 blocked, 104 blocked, 105 ready, 106 blocked");
  EXPECT_EQ(needs(id, 103), "{106} {100,101,102,105,106}");
}

}  // namespace
}  // namespace argosy::store
