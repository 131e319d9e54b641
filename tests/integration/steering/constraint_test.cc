// Constraints in mid-flight: they only get tighter, and every step that begins later has them.
#include "common/tasks/payloads.h"
#include "tests/integration/steering/fixture.h"

namespace argosy::store {
namespace {

using tasks::Constraints;

class Constrain : public SteeringTest {
 protected:
  NewTask with(Constraints constraints) {
    tasks::TaskContext context;
    context.org_id = kDefaultOrg.to_string();
    context.repository_id = "org/name";
    context.prompt = "Drop \"it\"";
    context.avoid_files = std::move(constraints.avoid_files);
    context.max_files_changed = constraints.max_files_changed;
    NewTask wanted = task();
    wanted.context = tasks::to_json_text(context);
    return wanted;
  }
  Steered constrained(const TaskId& task, const Constraints& more) { return must(constrain(*db, kDefaultOrg, task, more, "ann")); }
  // As the next step finds them.
  Constraints of_claim(const ClaimedStep& step) { return tasks::constraints_of(must(tasks::task_context_from(step.context))); }
};

TEST_F(Constrain, EveryStepThatIsClaimedLaterHasThem) {
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen)}, with({.avoid_files = {"legacy/"}}));
  const WorkerId coder = worker(Queue::codegen);
  const Constraints before = of_claim(claim_one(coder, Queue::codegen, {id, 100}));
  EXPECT_EQ(before, (Constraints{.avoid_files = {"legacy/"}}));
  const auto done = constrained(id, {.avoid_files = {"vendor/**", "vendor/**", "legacy/"}, .max_files_changed = 4});
  EXPECT_EQ(done.kind, Kind::done);
  const Constraints stands{.avoid_files = {"legacy/", "vendor/**"}, .max_files_changed = 4};
  EXPECT_EQ(must(tasks::constraints_from(done.stands)), stands);
  const ClaimedStep later = claim_one(coder, Queue::codegen, {id, 101});
  EXPECT_EQ(of_claim(later), stands);
  EXPECT_EQ(must(tasks::task_context_from(later.context)).prompt, "Drop \"it\"") << "all else of the context stays";
  EXPECT_EQ(told(id, "steered").size(), 1u);
  expect_seq_without_holes(id);
}

TEST_F(Constrain, AStepThatRunsHearsOfThemWithTheNextRenewal) {
  const TaskId id = planned({new_step(100, Queue::codegen)}), other = planned({new_step(100, Queue::codegen)});
  const WorkerId coder = worker(Queue::codegen);
  claim_all(coder, Queue::codegen, {{id, 100}, {other, 100}});
  EXPECT_EQ(must(read_constraints(*db, id)), std::nullopt);
  constrained(id, {.avoid_files = {"a/"}});
  constrained(id, {.avoid_files = {"b/"}, .max_files_changed = 2});
  const auto heard =
      must(renew(*db, {.worker = coder, .queue = Queue::codegen, .host = "here", .slots = 4, .held = {{id, 100}, {other, 100}}}));
  const Constraints stands{.avoid_files = {"a/", "b/"}, .max_files_changed = 2};
  ASSERT_EQ(heard.constrained.size(), 1u);
  EXPECT_EQ(heard.constrained[0].first, (StepRef{id, 100}));
  EXPECT_EQ(heard.constrained[0].second, stands);
  EXPECT_EQ(must(read_constraints(*db, id)), stands);
}

TEST_F(Constrain, TheyNeverGetLooserAndARepeatChangesNothing) {
  const TaskId id = planned({new_step(100, Queue::codegen)}, with({.max_files_changed = 5}));
  const auto refused = constrained(id, {.max_files_changed = 6});
  EXPECT_EQ(refused.why, "constraint_loosens");
  EXPECT_EQ(refused.state, "5");
  EXPECT_EQ(constrained(id, {.max_files_changed = 5}).kind, Kind::unchanged);
  EXPECT_EQ(constrained(id, {.max_files_changed = 3}).kind, Kind::done);
  const auto again = constrained(id, {.max_files_changed = 3});
  EXPECT_EQ(again.kind, Kind::unchanged);
  EXPECT_EQ(must(tasks::constraints_from(again.stands)).max_files_changed, 3);
  EXPECT_EQ(told(id, "steered").size(), 1u);
}

TEST_F(Constrain, TheirNumberIsBoundedAndEndedOrForeignTasksAreLeftAlone) {
  const TaskId id = planned({new_step(100, Queue::codegen)});
  Constraints many;
  for (int i = 0; i < 256; ++i) many.avoid_files.push_back(fmt::format("d{}/", i));
  EXPECT_EQ(constrained(id, many).kind, Kind::done);
  EXPECT_EQ(constrained(id, {.avoid_files = {"more/"}}).why, "too_many_constraints");
  EXPECT_EQ(constrained(id, many).kind, Kind::unchanged);
  EXPECT_EQ(must(constrain(*db, OrgId{Uuid::v4()}, id, {.max_files_changed = 1}, "eve")).kind, Kind::not_found);
  must(cancel(*db, kDefaultOrg, id, "ann"));
  EXPECT_EQ(constrained(id, {.max_files_changed = 1}).why, "task_final");
}

TEST_F(Constrain, AgainstAPlanThatFinishesTheStepsItAddsHaveThem) {
  const WorkerId planner = worker(Queue::planning), coder = worker(Queue::codegen);
  auto pool = database.open(2);
  for (int round = 0; round < 20; ++round) {
    const TaskId id = submit_one(with({}));
    const ClaimedStep plan = claim_one(planner, Queue::planning, {id, 0});
    together([&] { must(finish(*pool, planner, {finished(plan, Outcome::succeeded, {new_step(100, Queue::codegen)})})); },
             [&] { must(constrain(*pool, kDefaultOrg, id, {.avoid_files = {"vendor/"}}, "ann")); });
    EXPECT_EQ(of_claim(claim_one(coder, Queue::codegen, {id, 100})).avoid_files, std::vector<std::string>{"vendor/"});
    expect_seq_without_holes(id);
  }
}

TEST_F(Constrain, AgainstAClaimTheStepHasThemOrHearsOfThem) {
  const WorkerId coder = worker(Queue::codegen);
  auto pool = database.open(2);
  for (int round = 0; round < 30; ++round) {
    const TaskId id = planned({new_step(100, Queue::codegen)}, with({}));
    std::vector<ClaimedStep> claimed;
    together([&] { claimed = must(claim(*pool, coder, Queue::codegen, {{{id, 100}, Uuid::v4()}}, true)); },
             [&] { must(constrain(*pool, kDefaultOrg, id, {.max_files_changed = 1}, "ann")); });
    ASSERT_EQ(claimed.size(), 1u);
    const auto heard = must(renew(*db, {.worker = coder, .queue = Queue::codegen, .host = "here", .slots = 4, .held = {{id, 100}}}));
    ASSERT_EQ(heard.constrained.size(), 1u);
    EXPECT_EQ(heard.constrained[0].second.max_files_changed, 1);
  }
}

TEST_F(Constrain, OfTwoAtOnceBothStand) {
  auto pool = database.open(2);
  for (int round = 0; round < 20; ++round) {
    const TaskId id = planned({new_step(100, Queue::codegen)});
    together([&] { must(constrain(*pool, kDefaultOrg, id, {.avoid_files = {"a/"}, .max_files_changed = 2}, "ann")); },
             [&] { must(constrain(*pool, kDefaultOrg, id, {.avoid_files = {"b/"}}, "ben")); });
    const auto stands = must(read_constraints(*db, id)).value();
    EXPECT_EQ(stands.avoid_files.size(), 2u);
    EXPECT_EQ(stands.max_files_changed, 2);
  }
}

}  // namespace
}  // namespace argosy::store
