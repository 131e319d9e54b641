// Promises of the steps that do a plan: at its beginning, and when it is edited while they run.
#include "common/tasks/agent/plan_steps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "common/tasks/agent/agent_step.h"
#include "common/tasks/payloads.h"

namespace argosy::tasks {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Target kTarget{.base_commit = std::string(40, 'b'), .branch = "main"};
constexpr std::int16_t kNext = 10000;

PlanNode node(std::string id, std::vector<std::string> before, double share = 0) {
  return {.id = id,
          .objective = "do " + id + "\nmore",
          .write_set = {id},
          .depends_on = std::move(before),
          .done_when = {"c1"},
          .budget_share = share};
}

Plan plan_of(std::vector<PlanNode> nodes) {
  return {.summary = "s", .criteria = {{.id = "c1", .text = "x", .check = ""}}, .nodes = std::move(nodes)};
}

// As the database has them: what was added, nothing of it begun.
std::vector<StandingStep> standing(const std::vector<NewStep>& added) {
  std::vector<StandingStep> steps;
  for (const auto& one : added)
    steps.push_back({.ordinal = one.ordinal, .kind = one.kind, .payload = one.payload, .depends_on = one.depends_on, .inputs = one.inputs});
  return steps;
}

std::map<std::string, NewStep> by_node(const std::vector<NewStep>& added) {
  std::map<std::string, NewStep> found;
  for (const auto& one : added) found[one.kind == "agent" ? agent_payload_from(one.payload)->node.id : one.kind] = one;
  return found;
}

TEST(StepsOfAPlan, BuildOnAllThatTheirNodesBuildOnInOrder) {
  const auto added = steps_of(
      plan_of({node("last", {"left", "right"}), node("left", {"first"}, 0.4), node("first", {}), node("right", {"first"})}), kTarget);
  ASSERT_EQ(added.size(), 6u);
  EXPECT_TRUE(check_dag(added, {0}));
  auto by_id = by_node(added);
  const auto at = [&](const char* id) { return by_id.at(id).ordinal; };
  EXPECT_EQ(at("first"), kFirstPlannedOrdinal);
  EXPECT_THAT(by_id["last"].depends_on, ElementsAre(at("left"), at("right")));
  EXPECT_THAT(by_id["last"].inputs, ElementsAre(at("first"), at("left"), at("right")));
  EXPECT_THAT(by_id["left"].inputs, ElementsAre(at("first")));
  EXPECT_EQ(by_id["first"].title, "first: do first");
  EXPECT_THAT(added[4].depends_on, ElementsAre(at("last")));
  EXPECT_THAT(added[4].inputs, SizeIs(4));
  EXPECT_DOUBLE_EQ(agent_payload_from(by_id["left"].payload)->node.budget_share, 0.4);
  EXPECT_DOUBLE_EQ(agent_payload_from(by_id["right"].payload)->node.budget_share, 0.2);
}

class AnEditOfAPlan : public ::testing::Test {
 protected:
  // a, b behind it, then test and push: 100 to 103. `a` has begun.
  void SetUp() override {
    steps = standing(steps_of(plan, kTarget));
    steps[0].begun = true;
  }
  PlanRevision revised(const Plan& to) {
    auto revision = revise(plan, to, kTarget, steps, kNext);
    EXPECT_TRUE(revision) << to_string(revision.error());
    return revision.value_or(PlanRevision{});
  }
  Error refused(const Plan& to) {
    auto revision = revise(plan, to, kTarget, steps, kNext);
    EXPECT_FALSE(revision);
    return revision ? Error{} : revision.error();
  }

  Plan plan = plan_of({node("a", {}, 0.5), node("b", {"a"}, 0.5)});
  std::vector<StandingStep> steps;
};

TEST_F(AnEditOfAPlan, ThatChangesNothingMovesNothing) {
  const auto revision = revised(plan);
  EXPECT_THAT(revision.superseded, IsEmpty());
  EXPECT_THAT(revision.added, IsEmpty());
}

TEST_F(AnEditOfAPlan, ChangesWhatHasNotBegunAndWhatHangsOnIt) {
  auto to = plan;
  to.nodes[1].objective = "do b otherwise";
  const auto revision = revised(to);
  EXPECT_THAT(revision.superseded, ElementsAre(101, 102, 103));
  ASSERT_THAT(revision.added, SizeIs(3));
  EXPECT_TRUE(check_dag(revision.added, {0, 100}));
  EXPECT_EQ(revision.added[0].ordinal, kNext);
  EXPECT_THAT(revision.added[0].depends_on, ElementsAre(100));
  EXPECT_THAT(revision.added[0].inputs, ElementsAre(100));
  EXPECT_THAT(revision.added[1].depends_on, ElementsAre(kNext));
  EXPECT_THAT(revision.added[1].inputs, ElementsAre(100, kNext));
  EXPECT_THAT(revision.added[2].inputs, ElementsAre(100, kNext, kNext + 1));
  EXPECT_THAT(revision.replaces, ElementsAre(101, 102, 103));
}

TEST_F(AnEditOfAPlan, LeavesStepsAloneThatComeOutTheSame) {
  auto to = plan;
  to.summary = "t";
  const auto revision = revised(to);
  EXPECT_THAT(revision.superseded, ElementsAre(103)) << "the push alone is called by the summary";
  ASSERT_THAT(revision.added, SizeIs(1));
  EXPECT_THAT(revision.added[0].depends_on, ElementsAre(102));
  EXPECT_EQ(tree_payload_from(revision.added[0].payload)->title, "feat: t");
}

TEST_F(AnEditOfAPlan, AddsNodesBehindThoseThatHaveBegunAndRemovesOthers) {
  const auto to = plan_of({plan.nodes[0], node("c", {"a"}, 0.2), node("d", {}, 0.1)});
  const auto revision = revised(to);
  EXPECT_THAT(revision.superseded, ElementsAre(101, 102, 103));
  auto added = by_node(revision.added);
  EXPECT_THAT(added.at("c").depends_on, ElementsAre(100));
  EXPECT_THAT(added.at("d").depends_on, IsEmpty());
  EXPECT_THAT(added.at("test").depends_on, ElementsAre(added.at("c").ordinal, added.at("d").ordinal));
  EXPECT_THAT(added.at("test").inputs, ElementsAre(100, added.at("c").ordinal, added.at("d").ordinal));
  EXPECT_THAT(tree_payload_from(added.at("test").payload)->write_set, ElementsAre("a", "c", "d"));
}

TEST_F(AnEditOfAPlan, PutsWhatIsNewBehindTheDetoursOfWhatHasBegun) {
  // `a` had something run twice.
  steps.push_back({.ordinal = 10000, .kind = "run", .payload = "{}", .begun = true, .added_by = 100});
  steps.push_back({.ordinal = 10001,
                   .kind = "agent",
                   .payload = steps[0].payload,
                   .begun = true,
                   .added_by = 100,
                   .stands_for = 100,
                   .depends_on = {10000},
                   .inputs = {10000}});
  steps.push_back({.ordinal = 10002, .kind = "run", .payload = "{}", .begun = true, .added_by = 10001});
  steps.push_back({.ordinal = 10003,
                   .kind = "agent",
                   .payload = steps[0].payload,
                   .added_by = 10001,
                   .stands_for = 10001,
                   .depends_on = {10002},
                   .inputs = {10002}});
  auto to = plan;
  to.nodes[1].objective = "do b otherwise";
  const auto revision = revise(plan, to, kTarget, steps, 10004);
  ASSERT_TRUE(revision) << to_string(revision.error());
  EXPECT_THAT(revision->superseded, ElementsAre(101, 102, 103)) << "a detour is part of what has begun";
  EXPECT_THAT(revision->added[0].depends_on, ElementsAre(10003));
  EXPECT_THAT(revision->added[0].inputs, ElementsAre(10000, 10002, 10003)) << "as the database would give them to who waits";
  EXPECT_THAT(revision->added[1].inputs, ElementsAre(10000, 10002, 10003, 10004));
}

TEST_F(AnEditOfAPlan, IsRefusedWhereANodeHasBegunThatItChanges) {
  auto changed = plan;
  changed.nodes[0].objective = "otherwise";
  EXPECT_EQ(refused(changed).code, "plan_node_begun");
  EXPECT_THAT(refused(changed).message, HasSubstr("node \"a\" has begun (step 100): it cannot be changed"));
  EXPECT_THAT(refused(plan_of({node("b", {}, 0.5)})).message, HasSubstr("it cannot be removed"));
  auto other = plan;
  other.criteria[0].text = "y";
  EXPECT_THAT(refused(other).message, HasSubstr("criteria"));
}

TEST_F(AnEditOfAPlan, IsRefusedOnceTheTestsHaveBegun) {
  steps[1].begun = steps[2].begun = true;
  auto to = plan;
  to.nodes.push_back(node("c", {"b"}));
  EXPECT_EQ(refused(to).code, "plan_tested");
  EXPECT_THAT(refused(to).hint, HasSubstr("rollback"));
}

}  // namespace
}  // namespace argosy::tasks
