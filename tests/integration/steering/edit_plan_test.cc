// A plan is edited while its steps run: those that never began make room for others, at once or not at all.
#include "common/store/plans/plans.h"
#include "common/tasks/agent/agent_step.h"
#include "common/tasks/payloads.h"
#include "tests/integration/steering/fixture.h"

namespace argosy::store {
namespace {

class EditPlan : public SteeringTest {
 protected:
  static tasks::PlanNode node(std::string id, std::vector<std::string> before) {
    return {.id = id, .objective = "do " + id, .write_set = {id}, .depends_on = std::move(before), .done_when = {"c1"}};
  }
  static tasks::Plan plan(std::vector<tasks::PlanNode> nodes) {
    return {.summary = "s", .criteria = {{.id = "c1", .text = "t", .check = ""}}, .nodes = std::move(nodes)};
  }
  static std::string output(const tasks::Plan& plan) {
    return tasks::to_json_text(tasks::PlanOutput{.base_commit = std::string(40, 'b'), .target_branch = "main", .plan = plan});
  }
  // a and, behind it, b: 100 and 101; then test and push.
  TaskId followed() {
    tasks::TaskContext context;
    context.org_id = kDefaultOrg.to_string();
    context.avoid_files = {"own/"};
    NewTask wanted = task();
    wanted.context = tasks::to_json_text(context);
    const TaskId id = submit_one(wanted);
    auto done = finished(claim_one(of(Queue::planning), Queue::planning, {id, 0}), Outcome::succeeded, tasks::steps_of(first, target));
    done.output = output(first);
    must(finish(*db, of(Queue::planning), {done}));
    return id;
  }
  WorkerId of(Queue queue) {
    if (!workers_.contains(queue)) workers_[queue] = worker(queue);
    return workers_[queue];
  }
  void done(const TaskId& task, std::int16_t step, Queue queue) {
    must(finish(*db, of(queue), {finished(claim_one(of(queue), queue, {task, step}))}));
  }
  FollowedPlan now(const TaskId& task) { return must(read_followed_plan(*db, kDefaultOrg, task)).value(); }
  // As it would be made from what stands in `seen`.
  PlanEdit edit_of(const FollowedPlan& seen, const tasks::Plan& to) {
    const auto stands = *must(tasks::plan_output_from(seen.output)).plan;
    return {.step = seen.step,
            .was = seen.output,
            .becomes = output(to),
            .highest = seen.highest,
            .revision = must(tasks::revise(stands, to, target, seen.steps, 10000)),
            .constraints = {.avoid_files = to.avoid_files, .max_files_changed = to.max_files_changed}};
  }
  Steered edit(const TaskId& task, const PlanEdit& edit) { return must(edit_plan(*db, kDefaultOrg, task, edit, "ann")); }
  std::string states(const TaskId& task) {
    return database.value(
        fmt::format("SELECT string_agg(ordinal || ' ' || state, ', ' ORDER BY ordinal) FROM step WHERE task_id = '{}'", task.to_string()));
  }
  tasks::Constraints stand(const TaskId& task) { return tasks::constraints_of(must(tasks::task_context_from(shown(task).context))); }

  const tasks::Target target{.base_commit = std::string(40, 'b'), .branch = "main"};
  tasks::Plan first = plan({node("a", {}), node("b", {"a"})}), second = plan({node("a", {}), node("c", {"a"}), node("d", {})});

 private:
  std::map<Queue, WorkerId> workers_;
};

TEST_F(EditPlan, PutsNewStepsInThePlaceOfThoseThatNeverBeganAndTheTaskGoesOnToItsEnd) {
  const TaskId id = followed();
  done(id, 100, Queue::codegen);
  const auto outcome = edit(id, edit_of(now(id), second));
  EXPECT_EQ(outcome.kind, Kind::done) << outcome.why;
  EXPECT_EQ(outcome.stands, R"({"added": [10000, 10001, 10002, 10003], "superseded": [101, 102, 103]})");
  EXPECT_EQ(outcome.ready.size(), 2u) << "c, whose predecessor is done, and d";
  EXPECT_EQ(states(id),
            "0 succeeded, 100 succeeded, 101 superseded, 102 superseded, 103 superseded, 10000 ready, 10001 ready, 10002 blocked, "
            "10003 blocked");
  EXPECT_EQ(now(id).output, output(second));
  const auto view = shown(id);
  EXPECT_EQ(view.steps.at(7).replaces, 102) << "the test took the old one's place";
  const auto said = told(id, "steered");
  ASSERT_EQ(said.size(), 1u);
  EXPECT_NE(said[0].find(R"("action": "plan_edited")"), std::string::npos) << said[0];
  EXPECT_NE(said[0].find(R"("by": "ann")"), std::string::npos) << said[0];
  for (const std::int16_t step : {10000, 10001}) done(id, step, Queue::codegen);
  done(id, 10002, Queue::testing);
  done(id, 10003, Queue::git);
  EXPECT_EQ(status(id), "succeeded");
  expect_seq_without_holes(id);
}

TEST_F(EditPlan, WaitsForWhatRunsAndAPauseHoldsWhatIsNew) {
  const TaskId id = followed();
  const auto running = claim_one(of(Queue::codegen), Queue::codegen, {id, 100});
  paused(id);
  EXPECT_EQ(edit(id, edit_of(now(id), second)).kind, Kind::done);
  EXPECT_EQ(step_state({id, 10000}), "blocked");
  EXPECT_EQ(step_state({id, 10001}), "waiting");
  resumed(id);
  EXPECT_EQ(step_state({id, 10001}), "ready");
  must(finish(*db, of(Queue::codegen), {finished(running)}));
  EXPECT_EQ(step_state({id, 10000}), "ready");
  EXPECT_EQ(step_state({id, 101}), "superseded");
  expect_seq_without_holes(id);
}

TEST_F(EditPlan, IsRefusedAsAWholeWhereSomethingMovedInBetween) {
  const TaskId id = followed();
  const auto stale = edit_of(now(id), plan({node("x", {})}));  // `a` had not begun then
  claim_one(of(Queue::codegen), Queue::codegen, {id, 100});
  EXPECT_EQ(edit(id, stale).why, "plan_steps_moved");
  auto late = edit_of(now(id), second);
  late.highest = 102;
  EXPECT_EQ(edit(id, late).why, "plan_steps_moved") << "there are steps that it knows nothing of";
  EXPECT_EQ(states(id), "0 succeeded, 100 running, 101 blocked, 102 blocked, 103 blocked");
  EXPECT_EQ(now(id).output, output(first));
  EXPECT_TRUE(told(id, "steered").empty());
}

TEST_F(EditPlan, ByTwoAtOnceIsDoneByOneAndARepeatIsToldTheSame) {
  const TaskId id = followed();
  const auto mine = edit_of(now(id), second), theirs = edit_of(now(id), plan({node("a", {}), node("e", {})}));
  const auto done = edit(id, mine);
  EXPECT_EQ(done.kind, Kind::done);
  EXPECT_EQ(edit(id, theirs).why, "plan_changed");
  const auto again = edit(id, mine);
  EXPECT_EQ(again.kind, Kind::unchanged);
  EXPECT_EQ(again.stands, done.stands);
  EXPECT_EQ(told(id, "steered").size(), 1u);
  EXPECT_EQ(must(edit_plan(*db, OrgId{Uuid::v4()}, id, mine, "eve")).kind, Kind::not_found);
  EXPECT_FALSE(must(read_followed_plan(*db, OrgId{Uuid::v4()}, id)));
  const auto back = edit_of(now(id), first);
  must(cancel(*db, kDefaultOrg, id, "ann"));
  EXPECT_EQ(edit(id, back).why, "task_final");
}

TEST_F(EditPlan, AgainstAClaimEitherIsDoneAsAWhole) {
  auto pool = database.open(2);
  int edited = 0, rounds = 0;
  for (; rounds < 30; ++rounds) {
    const TaskId id = followed();
    const auto wanted = edit_of(now(id), plan({node("x", {})}));
    Steered outcome;
    std::vector<ClaimedStep> claimed;
    together([&] { outcome = must(edit_plan(*pool, kDefaultOrg, id, wanted, "ann")); },
             [&] { claimed = must(claim(*pool, of(Queue::codegen), Queue::codegen, {{.ref = {id, 100}, .claim_id = Uuid::v4()}}, true)); });
    EXPECT_NE(outcome.kind == Kind::done, claimed.size() == 1) << states(id);
    EXPECT_EQ(step_state({id, 100}), outcome.kind == Kind::done ? "superseded" : "running");
    edited += outcome.kind == Kind::done ? 1 : 0;
    expect_seq_without_holes(id);
  }
  RecordProperty("edited", edited);
}

TEST_F(EditPlan, IsUndoneByARollbackOnlyInWhatItsStepsDid) {
  const TaskId id = followed();
  done(id, 100, Queue::codegen);
  edit(id, edit_of(now(id), second));
  done(id, 10000, Queue::codegen);
  const auto back = must(rollback(*db, kDefaultOrg, id, 100, "", "ann"));
  EXPECT_EQ(back.kind, Kind::done) << back.why;
  EXPECT_EQ(now(id).output, output(second)) << "the plan stays";
  EXPECT_EQ(step_state({id, 101}), "superseded");
  const auto refused = must(rollback(*db, kDefaultOrg, id, 101, "", "ann"));
  EXPECT_EQ(refused.why, "step_superseded");
  EXPECT_EQ(edit(id,
                 [&] {
                   const auto seen = now(id);
                   auto wanted = edit_of(seen, first);
                   wanted.revision = must(tasks::revise(second, first, target, seen.steps, static_cast<std::int16_t>(seen.highest + 1)));
                   return wanted;
                 }())
                .kind,
            Kind::done)
      << "what was set back has not begun";
}

TEST_F(EditPlan, PutsItsConstraintsInThePlaceOfThoseOfThePlanBefore) {
  const TaskId id = followed();
  auto narrow = second;
  narrow.avoid_files = {"legacy/", "own/"};
  narrow.max_files_changed = 3;
  edit(id, edit_of(now(id), narrow));
  EXPECT_EQ(stand(id), (tasks::Constraints{.avoid_files = {"own/", "legacy/"}, .max_files_changed = 3}));
  EXPECT_EQ(must(read_constraints(*db, id)), stand(id)) << "what runs hears of them";
  EXPECT_EQ(must(constrain(*db, kDefaultOrg, id, {.avoid_files = {"legacy/"}, .max_files_changed = 2}, "bob")).kind, Kind::done);
  EXPECT_EQ(now(id).own, (tasks::Constraints{.avoid_files = {"own/", "legacy/"}, .max_files_changed = 2}));
  const auto seen = now(id);
  auto wanted = edit_of(seen, first);
  wanted.revision = must(tasks::revise(narrow, first, target, seen.steps, static_cast<std::int16_t>(seen.highest + 1)));
  EXPECT_EQ(edit(id, wanted).kind, Kind::done);
  EXPECT_EQ(stand(id), (tasks::Constraints{.avoid_files = {"own/", "legacy/"}, .max_files_changed = 2})) << "what people said stays";
}

TEST_F(EditPlan, ConstraintsOfAnAttemptThatIsOvertakenAreNotThoseOfTheNext) {
  tasks::TaskContext context;
  context.org_id = kDefaultOrg.to_string();
  context.max_files_changed = 9;
  NewTask wanted = task();
  wanted.context = tasks::to_json_text(context);
  const TaskId id = submit_one(wanted);
  const auto by = [&](const ClaimedStep& step, const tasks::Constraints& of_plan) {
    return must(constrain_by_plan(*db, kDefaultOrg, step.ref, step.lease_epoch, of_plan, "planning"));
  };
  const auto early = claim_one(of(Queue::planning), Queue::planning, {id, 0});
  EXPECT_EQ(by(early, {.avoid_files = {"a/"}, .max_files_changed = 4}).kind, Kind::done);
  EXPECT_EQ(by(early, {.avoid_files = {"a/"}, .max_files_changed = 4}).kind, Kind::unchanged);
  must(finish(*db, of(Queue::planning), {finished(early, Outcome::handed_back)}));
  const auto later = claim_one(of(Queue::planning), Queue::planning, {id, 0});
  EXPECT_EQ(by(early, {.avoid_files = {"b/"}}).why, "lease_lost");
  EXPECT_EQ(stand(id), (tasks::Constraints{.avoid_files = {"a/"}, .max_files_changed = 4}));
  EXPECT_EQ(by(later, {}).kind, Kind::done);
  EXPECT_EQ(stand(id), (tasks::Constraints{.max_files_changed = 9})) << "its own alone";
  EXPECT_EQ(by(later, {.avoid_files = {"c/"}, .max_files_changed = 12}).kind, Kind::done);
  EXPECT_EQ(stand(id), (tasks::Constraints{.avoid_files = {"c/"}, .max_files_changed = 9})) << "a plan loosens nothing";
  expect_seq_without_holes(id);
}

}  // namespace
}  // namespace argosy::store
