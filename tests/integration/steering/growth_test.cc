// A graph that grows is bounded, and who would pass the bounds fails alone.
#include "tests/integration/steering/fixture.h"

namespace argosy::store {
namespace {

class Growth : public SteeringTest {
 protected:
  // Connections of a fleet that allows so much.
  std::unique_ptr<Database> bounded(std::int64_t steps, std::int64_t depth) {
    return std::make_unique<Database>(DatabaseOptions{
        .url = database.url(), .connections = 1, .application_name = "test", .max_task_steps = steps, .max_task_depth = depth});
  }
  static std::vector<tasks::NewStep> in_a_row(std::int16_t from, int count) {
    std::vector<tasks::NewStep> steps;
    for (int i = 0; i < count; ++i) {
      const auto ordinal = static_cast<std::int16_t>(from + i);
      steps.push_back(
          new_step(ordinal, Queue::codegen, i == 0 ? std::vector<std::int16_t>{} : std::vector{static_cast<std::int16_t>(ordinal - 1)}));
    }
    return steps;
  }
  static std::vector<tasks::NewStep> side_by_side(std::int16_t from, int count) {
    std::vector<tasks::NewStep> steps;
    for (int i = 0; i < count; ++i) steps.push_back(new_step(static_cast<std::int16_t>(from + i), Queue::codegen));
    return steps;
  }
};

TEST_F(Growth, AStepThatWouldAddTooManyFailsAloneAndSaysWhy) {
  const auto small = bounded(10, 10);
  const WorkerId planner = worker(Queue::planning);
  const TaskId greedy = submit_one(), modest = submit_one();
  const auto plans = claim_all(planner, Queue::planning, {{greedy, 0}, {modest, 0}});
  ASSERT_EQ(plans.size(), 2u);
  std::vector<FinishedStep> batch;
  for (const auto& plan : plans) batch.push_back(finished(plan, Outcome::succeeded, side_by_side(100, plan.ref.task == greedy ? 10 : 9)));
  const auto done = must(finish(*small, planner, batch));
  EXPECT_EQ(done.accepted.size(), 1u);
  ASSERT_EQ(done.poisoned.size(), 1u);
  EXPECT_EQ(done.poisoned[0].second.code, "task_bounds_passed");
  EXPECT_EQ(task_state(modest), "running");
  EXPECT_EQ(task_state(greedy), "failed");
  const auto error = shown(greedy).error.value();
  EXPECT_EQ(error.category, Category::needs_user);
  EXPECT_NE(error.message.find("11 steps, 10 are allowed"), std::string::npos) << error.message;
  EXPECT_FALSE(error.hint.empty());
}

TEST_F(Growth, StepsInARowAreCountedOverAllThatWereAdded) {
  const auto small = bounded(100, 8);
  const WorkerId coder = worker(Queue::codegen);
  const TaskId id = planned(in_a_row(100, 6));
  for (std::int16_t step = 100; step < 105; ++step) must(finish(*db, coder, {finished(claim_one(coder, Queue::codegen, {id, step}))}));
  auto two_more = in_a_row(200, 2);
  two_more[0].depends_on = {105};
  const ClaimedStep last = claim_one(coder, Queue::codegen, {id, 105});
  EXPECT_EQ(must(finish(*small, coder, {finished(last, Outcome::succeeded, two_more)})).accepted.size(), 1u) << "eight in a row";
  must(finish(*db, coder, {finished(claim_one(coder, Queue::codegen, {id, 200}))}));
  auto one_more = in_a_row(300, 1);
  one_more[0].depends_on = {201};
  const ClaimedStep end = claim_one(coder, Queue::codegen, {id, 201});
  const auto refused = must(finish(*small, coder, {finished(end, Outcome::succeeded, one_more)}));
  ASSERT_EQ(refused.poisoned.size(), 1u);
  EXPECT_NE(refused.poisoned[0].second.message.find("8 steps of the task would stand in a row"), std::string::npos);
  EXPECT_EQ(task_state(id), "failed");
}

TEST_F(Growth, ManyStepsSideBySideAreNotDeep) {
  const auto small = bounded(512, 8);
  const WorkerId planner = worker(Queue::planning);
  const TaskId id = submit_one();
  auto steps = side_by_side(100, 300);
  std::vector<std::int16_t> all;
  for (const auto& step : steps) all.push_back(step.ordinal);
  steps.push_back(new_step(500, Queue::testing, all));
  const auto plan = claim_one(planner, Queue::planning, {id, 0});
  EXPECT_EQ(must(finish(*small, planner, {finished(plan, Outcome::succeeded, steps)})).accepted.size(), 1u);
}

TEST_F(Growth, WhoAddedAStepIsKept) {
  const TaskId id = planned({new_step(100, Queue::codegen)});
  const WorkerId coder = worker(Queue::codegen);
  must(finish(*db, coder, {finished(claim_one(coder, Queue::codegen, {id, 100}), Outcome::succeeded, {new_step(200, Queue::git)})}));
  const auto added_by = [&](int ordinal) {
    return database.value(fmt::format("SELECT added_by FROM step_spec WHERE task_id = '{}' AND ordinal = {}", id.to_string(), ordinal));
  };
  EXPECT_EQ(added_by(200), "100");
  EXPECT_EQ(added_by(100), "NULL") << "the plan did";
}

// An agent that has its runs one after the other, as long as there is room, and then ends by what it keeps.
TEST_F(Growth, DetoursMakeNoGraphDeeperAndLeaveRoomForTheEndOfAllThatIsOpen) {
  const auto small = bounded(60, 8);
  const WorkerId coder = worker(Queue::codegen), tester = worker(Queue::testing);
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen), new_step(102, Queue::testing, {100, 101})});
  const auto detoured = [&](const ClaimedStep& step) {
    auto left = finished(step);
    left.detour = {new_step(-1, Queue::testing), new_step(-2, Queue::codegen, {-1})};
    return left;
  };
  std::int16_t at = 100, next = 103;
  int runs = 0;
  for (; must(room_to_grow(*small, id)) >= 2; ++runs) {
    ASSERT_EQ(must(finish(*small, coder, {detoured(claim_one(coder, Queue::codegen, {id, at}))})).accepted.size(), 1u) << runs;
    must(finish(*small, tester, {finished(claim_one(tester, Queue::testing, {id, next}))}));
    at = static_cast<std::int16_t>(next + 1);
    next = static_cast<std::int16_t>(next + 2);
  }
  EXPECT_GE(runs, 15) << "thirty steps in a row, eight are allowed";
  // All that can happen at once: the other agent had looked a moment before, and both come to their ends.
  const auto other = claim_one(coder, Queue::codegen, {id, 101});
  EXPECT_EQ(must(finish(*small, coder, {detoured(other)})).accepted.size(), 1u);
  must(finish(*small, tester, {finished(claim_one(tester, Queue::testing, {id, next}))}));
  EXPECT_EQ(
      must(finish(*small, coder, {detoured(claim_one(coder, Queue::codegen, {id, static_cast<std::int16_t>(next + 1)}))})).accepted.size(),
      1u);
  EXPECT_EQ(must(finish(*small, coder, {detoured(claim_one(coder, Queue::codegen, {id, at}))})).accepted.size(), 1u);
  EXPECT_EQ(task_state(id), "running");
}

}  // namespace
}  // namespace argosy::store
