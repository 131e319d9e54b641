// What people do to a task reaches the handler of its running steps, and what a handler asks reaches people.
#include "common/store/steering.h"
#include "tests/integration/runtime/worker_fixture.h"

namespace argosy::runtime {
namespace {

using argosy::testing::eventually;

// An error that needs a person, asked about instead of ending the task; then done as the person says.
Result<StepResult> careful(const Step& step) {
  if (step.answers.empty()) {
    const auto because = fail_user("conflict", "two definitions fit");
    return StepResult{.question = tasks::Question{
                          .name = "which", .type = "correction", .description = "Which of the two is meant?", .because = because.error()}};
  }
  const auto& answer = step.answers.back();
  if (answer.verdict == tasks::Verdict::reject) return fail_user("rejected", "a person said no");
  return StepResult{.output = R"({"chosen":")" + answer.text + R"("})"};
}

TEST_F(WorkerTest, AHandlerThatNeedsAPersonAsksAndRunsAgainWithTheAnswer) {
  ToyHandler handler([](const Step& step, StepContext&) { return careful(step); });
  const auto worker = this->worker(handler, {}, 1);
  const auto task = submit(), other = submit();
  ASSERT_TRUE(settled({task, 0}, "waiting"));
  ASSERT_TRUE(settled({other, 0}, "waiting")) << "the one slot is free while the first waits";
  EXPECT_EQ(database_.value("SELECT code FROM attempt WHERE outcome = 'asked' AND task_id = '" + task.to_string() + "'"), "conflict");

  const auto answer = [&](const TaskId& id, tasks::Verdict verdict, std::string text) {
    const auto given =
        store::answer(*db_, kDefaultOrg, id, {.step = 0, .name = "which", .verdict = verdict, .text = std::move(text)}, "ann");
    ASSERT_TRUE(given) << to_string(given.error());
    ASSERT_EQ(given->kind, store::Steered::Kind::done);
    announcer().tell(given->ready, given->events);
  };
  answer(task, tasks::Verdict::correct, "the second");
  answer(other, tasks::Verdict::reject, "");
  EXPECT_TRUE(settled({task, 0}, "succeeded"));
  EXPECT_TRUE(settled({other, 0}, "failed"));
  EXPECT_EQ(database_.value("SELECT output FROM step WHERE ordinal = 0 AND task_id = '" + task.to_string() + "'"),
            R"({"chosen":"the second"})");
  EXPECT_EQ(handler.runs({task, 0}), 2);
}

TEST_F(WorkerTest, ARunningStepSeesThatItsTaskIsPausedAndMayEnd) {
  std::atomic<bool> saw = false;
  ToyHandler handler([&](const Step&, StepContext& context) -> Result<StepResult> {
    if (!eventually([&] { return context.paused(); })) return fail_user("unaware", "it never heard of the pause");
    saw = true;
    if (!eventually([&] { return !context.paused(); })) return fail_user("unaware", "it never heard of the end of the pause");
    return StepResult{};
  });
  const auto worker = this->worker(handler);
  const auto task = submit();
  ASSERT_TRUE(settled({task, 0}, "running"));
  ASSERT_TRUE(store::pause(*db_, kDefaultOrg, task, "ann"));
  ASSERT_TRUE(eventually([&] { return saw.load(); }));
  ASSERT_TRUE(store::resume(*db_, kDefaultOrg, task, "ann"));
  EXPECT_TRUE(settled({task, 0}, "succeeded"));
}

TEST_F(WorkerTest, AStepThatThePauseHoldsBackGivesItsSlotAwayAndGoesOnAfterwardsWithoutAnAttemptSpent) {
  std::atomic<bool> holds = true;
  ToyHandler handler([&](const Step& step, StepContext& context) -> Result<StepResult> {
    if (!holds) return StepResult{.output = R"({"attempt":)" + std::to_string(step.attempt) + "}"};
    if (!eventually([&] { return context.paused(); })) return fail_user("unaware", "it never heard of the pause");
    return StepResult{.held = true};
  });
  const auto worker = this->worker(handler, {}, 1);
  const auto task = submit();
  ASSERT_TRUE(settled({task, 0}, "running"));
  ASSERT_TRUE(store::pause(*db_, kDefaultOrg, task, "ann"));
  ASSERT_TRUE(settled({task, 0}, "waiting"));
  const auto other = submit();
  EXPECT_TRUE(eventually([&] { return handler.runs({other, 0}) > 0; })) << "the one slot is free";
  ASSERT_TRUE(store::pause(*db_, kDefaultOrg, other, "ann"));
  ASSERT_TRUE(settled({other, 0}, "waiting"));

  holds = false;
  for (const auto& id : {task, other}) {
    const auto resumed = store::resume(*db_, kDefaultOrg, id, "ann");
    ASSERT_TRUE(resumed) << to_string(resumed.error());
    announcer().tell(resumed->ready, resumed->events);
    ASSERT_TRUE(settled({id, 0}, "succeeded"));
    EXPECT_EQ(database_.value("SELECT output FROM step WHERE ordinal = 0 AND task_id = '" + id.to_string() + "'"), R"({"attempt":1})");
  }
}

TEST_F(WorkerTest, ARunningStepHearsOfNewConstraintsAndCanAskForTheNewest) {
  std::atomic<bool> open = false;
  ToyHandler handler([&](const Step& step, StepContext& context) -> Result<StepResult> {
    if (!step.task.avoid_files.empty()) return StepResult{.output = R"({"began":"with them"})"};
    if (!eventually([&] { return context.told_constraints().has_value(); })) return fail_user("unaware", "it never heard of them");
    const auto newest = context.newest_constraints();
    if (!newest || *newest != context.told_constraints()) return fail_user("stale", "the database knows others");
    return wait_for(open, context);
  });
  const auto worker = this->worker(handler);
  const auto task = submit();
  ASSERT_TRUE(settled({task, 0}, "running"));
  const auto narrowed = store::constrain(*db_, kDefaultOrg, task, {.avoid_files = {"vendor/"}}, "ann");
  ASSERT_TRUE(narrowed) << to_string(narrowed.error());
  open = true;
  EXPECT_TRUE(settled({task, 0}, "succeeded"));
}

}  // namespace
}  // namespace argosy::runtime
