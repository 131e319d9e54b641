// Promises about plans: they are read as strictly as people write them loosely, and what could not work, or could meet itself, is named.
#include "common/tasks/agent/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <functional>

#include "common/tasks/agent/plan_bounds.h"

namespace argosy::tasks {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Plan good() {
  return {.intent = Intent::bug_fix,
          .summary = "Prices are rounded",
          .criteria = {{.id = "c1", .text = "the suite passes", .check = "tests"}, {.id = "c2", .text = "the guide says it", .check = ""}},
          .nodes = {{.id = "fix",
                     .objective = "round",
                     .write_set = {"src/price.py", "tests/**/test_price*.py"},
                     .done_when = {"c1"},
                     .budget_share = 0.6},
                    {.id = "guide",
                     .agent = "researcher",
                     .objective = "tell",
                     .write_set = {"docs/"},
                     .depends_on = {"fix"},
                     .done_when = {"c2"},
                     .budget_share = 0.4}},
          .avoid_files = {"legacy/"},
          .follow = {"as in src/tax.py"},
          .max_files_changed = 7,
          .estimate = {.minutes = 12.5, .usd = 0.4, .source = "a guess"}};
}

TEST(APlan, IsTheSameAfterItWasWrittenAndRead) {
  const auto again = plan_from(to_json_text(good()));
  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_EQ(*again, good());
  EXPECT_THAT(problems_of(good()), IsEmpty());
}

TEST(APlan, OfAPersonIsReadStrictly) {
  const auto message = [](std::string text) {
    const auto plan = plan_from(text);
    if (plan) return std::string("read");
    EXPECT_EQ(plan.error().code, "plan_invalid");
    EXPECT_EQ(plan.error().category, Category::needs_user);
    return plan.error().message;
  };
  EXPECT_THAT(message("{"), HasSubstr("cannot be read"));
  EXPECT_THAT(message(R"({"intent":"feature"})"), HasSubstr("\"summary\" is missing"));
  EXPECT_THAT(message(R"({"intent":"party","summary":"x"})"), HasSubstr("/intent"));
  EXPECT_THAT(message(R"({"intent":"docs","summary":"x","steps":[]})"), HasSubstr("/steps"));
  EXPECT_THAT(message(R"({"intent":"docs","summary":"x","nodes":[{"id":"a","objective":"o","writes":[]}]})"), HasSubstr("/nodes/0/writes"));
  EXPECT_THAT(message(R"({"intent":"docs","summary":"x","criteria":[{"id":"a","text":"o"},{"id":1}]})"), HasSubstr("/criteria/1"));
  EXPECT_THAT(message(R"({"intent":"docs","summary":"x","nodes":[{"id":"a","objective":"o","budget_share":"half"}]})"),
              HasSubstr("/nodes/0/budget_share: must be a number"));
  EXPECT_THAT(message("{\"summary\":\"" + std::string(kMaxPlanBytes, 'x') + "\"}"), HasSubstr("cannot be read"));
}

struct Flaw {
  std::string name;
  std::function<void(Plan&)> make;
  std::string said;
};
class AFlawedPlan : public ::testing::TestWithParam<Flaw> {};

TEST_P(AFlawedPlan, IsToldWhatIsWrong) {
  auto plan = good();
  GetParam().make(plan);
  EXPECT_THAT(problems_of(plan), Contains(HasSubstr(GetParam().said)));
}

const std::vector<Flaw> kFlaws{
    {"no_nodes", [](Plan& p) { p.nodes.clear(); }, "no nodes"},
    {"no_criteria", [](Plan& p) { p.criteria.clear(); }, "no criteria"},
    {"too_many_nodes", [](Plan& p) { p.nodes.resize(kMaxPlanNodes + 1); }, "33 nodes"},
    {"too_many_globs", [](Plan& p) { p.nodes[0].write_set.assign(kMaxPlanGlobs + 1, "a"); }, "globs together"},
    {"bad_id", [](Plan& p) { p.nodes[0].id = "Fix It"; }, "\"Fix It\" must be small letters"},
    {"twice_the_id", [](Plan& p) { p.nodes[1].id = "fix"; }, "two nodes have the id \"fix\""},
    {"criterion_twice", [](Plan& p) { p.criteria[1].id = "c1"; }, "two criteria"},
    {"empty_objective", [](Plan& p) { p.nodes[0].objective = ""; }, "the objective must have"},
    {"long_objective", [](Plan& p) { p.nodes[0].objective = std::string(kMaxObjective + 1, 'x'); }, "the objective must have"},
    {"empty_write_set", [](Plan& p) { p.nodes[0].write_set = {}; }, "write_set is empty"},
    {"absolute", [](Plan& p) { p.nodes[0].write_set = {"/etc/passwd"}; }, "below the repository's root"},
    {"upwards", [](Plan& p) { p.nodes[0].write_set = {"src/../../x"}; }, "below the repository's root"},
    {"avoided", [](Plan& p) { p.nodes[0].write_set = {"legacy/**/*.py"}; }, "to be avoided"},
    {"unknown_node", [](Plan& p) { p.nodes[1].depends_on = {"fit"}; }, "\"fit\", which is no node"},
    {"unknown_criterion", [](Plan& p) { p.nodes[1].done_when = {"c9"}; }, "\"c9\", which is no criterion"},
    {"not_covered", [](Plan& p) { p.nodes[1].done_when = {}; }, "no node covers the criterion \"c2\""},
    {"share_above_one", [](Plan& p) { p.nodes[0].budget_share = 1.5; }, "from 0 to 1"},
    {"shares_above_one", [](Plan& p) { p.nodes[0].budget_share = 0.7; }, "1.10 together"},
    {"itself", [](Plan& p) { p.nodes[0].depends_on = {"fix"}; }, "in a circle"},
    {"circle", [](Plan& p) { p.nodes[0].depends_on = {"guide"}; }, "in a circle"},
    {"meeting", [](Plan& p) { p.nodes[1].depends_on = {}, p.nodes[1].write_set = {"docs/", "**/test_*.py"}; }, "may run side by side"},
    {"none_to_change", [](Plan& p) { p.max_files_changed = 0; }, "at least 1"},
};
INSTANTIATE_TEST_SUITE_P(All, AFlawedPlan, ::testing::ValuesIn(kFlaws), [](const auto& info) { return info.param.name; });

TEST(APlan, MayNotBeDeeperThanItsBound) {
  auto plan = good();
  plan.nodes[0].done_when = {"c1", "c2"};
  plan.nodes.resize(1);
  for (std::size_t i = 1; i <= kMaxPlanDepth; ++i) {
    plan.nodes.push_back({.id = fmt::format("n{}", i), .objective = "x", .write_set = {"src/"}, .depends_on = {plan.nodes.back().id}});
    plan.nodes[0].budget_share = 0;
  }
  EXPECT_THAT(problems_of(plan), Contains(HasSubstr("in a row")));
  plan.nodes.pop_back();
  EXPECT_THAT(problems_of(plan), IsEmpty()) << "nodes that wait for each other may share files";
}

TEST(APlan, OfIntricateGlobsIsJudgedAllTheSame) {
  auto plan = good();
  plan.nodes.clear();
  for (std::size_t i = 0; i < kMaxPlanNodes; ++i) {
    PlanNode node{.id = fmt::format("n{}", i), .objective = "x", .write_set = {}, .done_when = {"c1", "c2"}};
    for (std::size_t n = 0; n < kMaxPlanGlobs / kMaxPlanNodes; ++n) {
      std::string glob;
      while (glob.size() + 8 < kMaxPlanGlobBytes) glob += "**a";
      node.write_set.push_back(glob + fmt::format("{}x{}", i, n));
    }
    plan.nodes.push_back(std::move(node));
  }
  EXPECT_THAT(problems_of(plan), Contains(HasSubstr("may run side by side")));
}

TEST(APlan, OfATaskNamesAgentsThatThereAreAndFilesThatItMayTouch) {
  auto plan = good();
  EXPECT_THAT(problems_of(plan, PlanBounds{}), IsEmpty());
  plan.nodes[0].agent = "our-own";
  EXPECT_THAT(problems_of(plan, PlanBounds{.agent = "our-own"}), IsEmpty());
  EXPECT_THAT(problems_of(plan, PlanBounds{.agent = "theirs"}),
              Contains(AllOf(HasSubstr("node \"fix\": there is no agent \"our-own\""), HasSubstr("there are theirs, planner"))));
  EXPECT_THAT(problems_of(good(), PlanBounds{.constraints = {.avoid_files = {"src/"}}}),
              Contains(HasSubstr("\"src/price.py\" lies wholly in \"src/\", which the task forbids")));
}

TEST(APlan, NamesAllThatIsWrongAtOnce) {
  auto plan = good();
  plan.nodes[0].id = "";
  plan.nodes[1].done_when = {"c9"};
  EXPECT_THAT(problems_of(plan), AllOf(Contains(HasSubstr("id \"\"")), Contains(HasSubstr("c9")), Contains(HasSubstr("is no node"))));
}

}  // namespace
}  // namespace argosy::tasks
