// The way of a task through the moves, one call at a time.
#include <fmt/format.h>

#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using tasks::Lane;
using tasks::Queue;

class Moves : public StoreTest {};

TEST_F(Moves, ASubmittedTaskIsReadyToBeClaimedAndAnnouncesItself) {
  const NewTask wanted = task();
  const auto answers = must(submit(*db, {wanted}));
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].kind, Submitted::Kind::created);
  EXPECT_EQ(answers[0].id, wanted.id);
  ASSERT_EQ(answers[0].ready.size(), 1u);
  EXPECT_EQ(answers[0].ready[0].ref, (StepRef{wanted.id, 0}));
  EXPECT_EQ(answers[0].ready[0].queue, Queue::planning);
  EXPECT_EQ(answers[0].ready[0].lane, Lane::normal);
  EXPECT_EQ(answers[0].ready[0].traceparent, wanted.traceparent);
  ASSERT_EQ(answers[0].events.size(), 1u);
  EXPECT_EQ(answers[0].events[0].seq, 1);
  EXPECT_EQ(answers[0].events[0].data, R"({"status":"queued"})");
}

TEST_F(Moves, AClaimReturnsWhatTheHandlerNeeds) {
  const TaskId id =
      planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen), new_step(102, Queue::testing, {100, 101}, {101, 100})});
  const WorkerId coder = worker(Queue::codegen), tester = worker(Queue::testing);
  const auto coded = claim_all(coder, Queue::codegen, {{id, 100}, {id, 101}});
  ASSERT_EQ(coded.size(), 2u);
  const auto done = must(finish(*db, coder, {finished(coded[0]), finished(coded[1])}));
  ASSERT_EQ(done.ready.size(), 1u);
  EXPECT_EQ(done.ready[0].queue, Queue::testing);

  const ClaimedStep step = claim_one(tester, Queue::testing, {id, 102});
  EXPECT_EQ(step.attempt, 1);
  EXPECT_EQ(step.kind, "change");
  EXPECT_EQ(step.title, "step 102");
  EXPECT_EQ(step.context, R"({"context":1})");
  EXPECT_EQ(step.org, kDefaultOrg);
  EXPECT_GT(step.lease_epoch, 0);
  EXPECT_GT(step.announced_at_us, 0);
  EXPECT_FALSE(step.solo);
  const std::vector<std::pair<std::int16_t, std::string>> inputs{{101, R"({"of":101})"}, {100, R"({"of":100})"}};
  EXPECT_EQ(step.inputs, inputs);
}

TEST_F(Moves, ATaskWhoseStepsAllSucceededSucceeds) {
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::git, {100})});
  EXPECT_EQ(task_state(id), "running");
  const WorkerId coder = worker(Queue::codegen), pusher = worker(Queue::git);
  must(finish(*db, coder, {finished(claim_one(coder, Queue::codegen, {id, 100}))}));
  const auto done = must(finish(*db, pusher, {finished(claim_one(pusher, Queue::git, {id, 101}))}));
  EXPECT_EQ(task_state(id), "succeeded");
  ASSERT_EQ(done.events.size(), 2u);
  EXPECT_EQ(done.events[0].data, R"({"step":101,"queue":"git","state":"succeeded","attempt":1})");
  EXPECT_EQ(done.events[1].data, R"({"status":"succeeded"})");
  EXPECT_EQ(database.value(fmt::format("SELECT progress FROM task WHERE task_id = '{}'", id.to_string())), "100");
  expect_seq_without_holes(id);
}

TEST_F(Moves, AHandlersEventsAreNumberedBeforeTheStateThatClosesThem) {
  const TaskId id = submit_one();
  const WorkerId planner = worker(Queue::planning);
  FinishedStep result = finished(claim_one(planner, Queue::planning, {id, 0}), Outcome::succeeded, {new_step(100, Queue::codegen)});
  result.events = {{"agent_thought", R"({"n":1})"}, {"agent_thought", R"({"n":2})"}};
  const auto done = must(finish(*db, planner, {result}));
  std::vector<std::string> told;
  for (const auto& event : done.events) told.push_back(event.data);
  const std::vector<std::string> expected{R"({"status":"planning"})",
                                          R"({"n":1})",
                                          R"({"n":2})",
                                          R"({"step":0,"queue":"planning","state":"succeeded","attempt":1})",
                                          R"({"step":100,"queue":"codegen","state":"ready","attempt":0})",
                                          R"({"status":"running"})"};
  EXPECT_EQ(told, expected);
  expect_seq_without_holes(id);
}

}  // namespace
}  // namespace argosy::store
