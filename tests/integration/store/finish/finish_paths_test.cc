// finish has a short way for batches in which all succeeded, and a longer one for all others: they must do the same.
#include <fmt/format.h>

#include <random>

#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using tasks::Queue;

constexpr std::int16_t kSteps = 9;

// Each step hangs on some of those before it, and one notification on the end.
std::vector<tasks::NewStep> random_dag(std::mt19937& random) {
  std::vector<tasks::NewStep> steps;
  for (std::int16_t i = 0; i < kSteps; ++i) {
    std::vector<std::int16_t> parents;
    for (std::int16_t parent = 0; parent < i; ++parent)
      if (random() % 3 == 0) parents.push_back(static_cast<std::int16_t>(100 + parent));
    steps.push_back(new_step(static_cast<std::int16_t>(100 + i), Queue::codegen, parents));
  }
  steps.push_back(notify_step(120));
  return steps;
}

class FinishPaths : public StoreTest {
 protected:
  // Everything that a finish decides about a task, without ids and times.
  std::string picture(const TaskId& task) {
    return database.value(fmt::format(
        "SELECT jsonb_build_object('task', (SELECT jsonb_build_array(t.state, t.last_seq, t.known_steps, t.open_steps, t.end_steps, "
        "  t.progress, t.finished_at IS NOT NULL, t.settled_at IS NOT NULL) FROM task t WHERE t.task_id = '{0}'), "
        "'steps', (SELECT jsonb_agg(jsonb_build_array(s.ordinal, s.state, s.deps_left, s.attempts, s.announced_at IS NOT NULL, s.output) "
        "  ORDER BY s.ordinal) FROM step s WHERE s.task_id = '{0}'), "
        "'events', (SELECT jsonb_agg(jsonb_build_array(e.first_seq + u.n - 1, u.type, u.data) ORDER BY e.first_seq, u.n) "
        "  FROM event e, unnest(e.types, e.data) WITH ORDINALITY u(type, data, n) WHERE e.task_id = '{0}'))::text",
        task.to_string()));
  }

  // Finishes all that is ready, in batches, until nothing is; `companion` is handed back with each batch, which takes the longer way.
  void run(const TaskId& task, std::vector<StepRef> ready, std::mt19937 random, const std::optional<StepRef>& companion) {
    const WorkerId coder = worker(Queue::codegen);
    while (!ready.empty()) {
      std::ranges::sort(ready);
      const auto count = 1 + random() % ready.size();
      auto batch = claim_all(coder, Queue::codegen, {ready.begin(), ready.begin() + static_cast<std::ptrdiff_t>(count)});
      std::ranges::sort(batch, {}, &ClaimedStep::ref);
      ready.erase(ready.begin(), ready.begin() + static_cast<std::ptrdiff_t>(count));
      std::vector<FinishedStep> results;
      for (const auto& step : batch) results.push_back(finished(step));
      if (companion) results.push_back(finished(claim_one(coder, Queue::codegen, *companion), Outcome::handed_back));
      const auto done = must(finish(*db, coder, results));
      EXPECT_EQ(done.accepted.size(), results.size());
      for (const auto& step : done.ready)
        if (step.ref.task == task && step.queue == Queue::codegen) ready.push_back(step.ref);
    }
  }
};

std::vector<StepRef> roots(const TaskId& task, const std::vector<tasks::NewStep>& steps) {
  std::vector<StepRef> ready;
  for (const auto& step : steps)
    if (step.depends_on.empty() && !step.on_task_end) ready.push_back({task, step.ordinal});
  return ready;
}

TEST_F(FinishPaths, TheShortWayDoesWhatTheLongOneDoes) {
  const StepRef companion{planned({new_step(100, Queue::codegen)}), 100};
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto steps = random_dag(random);
    const TaskId one = planned(steps), other = planned(steps);
    run(one, roots(one, steps), random, std::nullopt);
    run(other, roots(other, steps), random, companion);
    EXPECT_EQ(picture(one), picture(other));
    EXPECT_EQ(task_state(one), "succeeded");
    EXPECT_EQ(step_state({one, 120}), "ready");
    expect_seq_without_holes(one);
  }
}

// A graph that was submitted whole: the step that is its plan adds nothing, and its end is of the short way too.
TEST_F(FinishPaths, AGraphThatWasSubmittedWholeIsPlannedByItsFirstStep) {
  const StepRef companion{planned({new_step(100, Queue::codegen)}), 100};
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    NewTask whole = task();
    whole.steps = random_dag(random);
    if (seed % 2 == 0) whole.steps.pop_back();  // nothing hangs on its end
    for (auto& step : whole.steps)
      if (step.depends_on.empty() && !step.on_task_end) step.depends_on = {0};
    whole.steps.insert(whole.steps.begin(), new_step(0, Queue::codegen));
    const TaskId one = submit_one(whole);
    whole.id = task().id;
    const TaskId other = submit_one(whole);
    run(one, {{one, 0}}, random, std::nullopt);
    run(other, {{other, 0}}, random, companion);
    EXPECT_EQ(picture(one), picture(other));
    EXPECT_EQ(task_state(one), "succeeded");
    expect_seq_without_holes(one);
  }
}

TEST_F(FinishPaths, ResultsOfLostLeasesAreToldApartInTheShortWayToo) {
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen), new_step(102, Queue::testing, {100, 101})});
  const WorkerId coder = worker(Queue::codegen);
  auto steps = claim_all(coder, Queue::codegen, {{id, 100}, {id, 101}});
  std::ranges::sort(steps, {}, &ClaimedStep::ref);
  const auto first = must(finish(*db, coder, {finished(steps[0])}));
  auto stale = finished(steps[1]);
  stale.lease_epoch -= 1;
  // One that was accepted before, and one whose lease is another's.
  const auto again = must(finish(*db, coder, {finished(steps[0]), stale}));
  EXPECT_EQ(again.accepted, first.accepted);
  EXPECT_EQ(step_state({id, 101}), "running");
  EXPECT_EQ(step_state({id, 102}), "blocked");
  expect_seq_without_holes(id);
}

}  // namespace
}  // namespace argosy::store
