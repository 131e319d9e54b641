// Promises of the parts of planning in words that need nobody: what an answer is read as, what steps a plan becomes, what it is said to
// cost, and what a planner is shown of a repository.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <map>

#include "common/code/map/repo_map.h"
#include "common/tasks/agent/agent_step.h"
#include "tests/support/memory_tree.h"
#include "workers/planning/prompted/advice.h"
#include "workers/planning/prompted/answer_object.h"
#include "workers/planning/prompted/bug_report.h"
#include "workers/planning/prompted/describe_repository.h"
#include "workers/planning/prompted/draft.h"
#include "workers/planning/prompted/estimate.h"

namespace argosy::planning {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

TEST(AnAnswersObject, IsFoundInWhatModelsReallyWrite) {
  for (const auto* text : {R"({"a":1})", "```json\n{\"a\":1}\n```", "Sure! Here is it:\n\n{\"a\":1}\n\nShall I go on?", R"({"a":1,})",
                           "Plan:\n```\n{\"a\": 1}\n```\nDone."}) {
    const auto value = answer_object(text);
    ASSERT_TRUE(value) << text << ": " << to_string(value.error());
    EXPECT_EQ(value->int_or("a", 0), 1) << text;
  }
  for (const auto* text : {"", "   ", "no", "[1]", R"({"a":"half of)"}) {
    const auto value = answer_object(text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().code, "answer_unusable");
  }
}

TEST(AnUnderstanding, OfAWeakModelIsCutToItsBounds) {
  json::Array questions, criteria, globs;
  for (int i = 0; i < 50; ++i) {
    questions.emplace_back(json::Object{{"question", std::string(2'000, 'q')}, {"default", ""}});
    criteria.emplace_back(json::Object{{"text", fmt::format("t{}", i)}});
    globs.emplace_back(fmt::format("./g{}", i));
  }
  questions.emplace_back("no object");
  for (const auto* bad : {"/etc", "../x", "a/../../b", "", "./g0"}) globs.emplace_back(bad);
  globs.emplace_back(7);
  const auto read = understanding_from(json::dump(json::Object{{"kind", "party"},
                                                               {"complexity", 3},
                                                               {"questions", questions},
                                                               {"criteria", criteria},
                                                               {"avoid_files", globs},
                                                               {"max_files_changed", -1}}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->intent, tasks::Intent::feature);
  EXPECT_THAT(read->unclear, SizeIs(kMaxQuestions));
  EXPECT_LE(read->unclear[0].question.size(), kMaxQuestionText);
  EXPECT_FALSE(read->unclear[0].by_default.empty());
  EXPECT_THAT(read->criteria, SizeIs(tasks::kMaxCriteria));
  EXPECT_EQ(read->criteria[1].id, "c2");
  EXPECT_THAT(read->avoid_files, AllOf(SizeIs(50), Contains("g49"), Each(Not(HasSubstr("..")))));
  EXPECT_FALSE(read->max_files_changed);
}

TEST(AnUnderstanding, AlwaysKnowsWhenTheTaskIsDone) {
  const auto read = understanding_from("{}");
  ASSERT_TRUE(read);
  ASSERT_THAT(read->criteria, SizeIs(1));
  EXPECT_EQ(read->criteria[0].check, "tests");
}

Understanding understood(tasks::Intent intent = tasks::Intent::feature) {
  return {.intent = intent, .title = "t", .criteria = {{.id = "c1", .text = "x", .check = "tests"}}};
}

TEST(ADraft, HasItsIdsBroughtIntoForm) {
  const auto draft = draft_from(
      R"({"summary":"s","nodes":[{"id":"Fix_Price","agent":"ninja","objective":" o ","write_set":["./a"],"done_when":["C1"],"extra":1},
          {"id":"Docs","agent":"refactorer","objective":"o","write_set":["a"],"depends_on":["Fix_Price"],"budget_share":0.25}]})",
      understood(), {});
  EXPECT_THAT(draft.problems, IsEmpty());
  EXPECT_EQ(draft.plan.nodes[0].id, "fix-price");
  EXPECT_EQ(draft.plan.nodes[0].agent, "coder");
  EXPECT_THAT(draft.plan.nodes[0].write_set, ElementsAre("a"));
  EXPECT_THAT(draft.plan.nodes[1].depends_on, ElementsAre("fix-price"));
  EXPECT_EQ(draft.plan.nodes[1].agent, "refactorer");
}

TEST(ADraft, SaysWhatIsInTheWay) {
  EXPECT_THAT(draft_from(R"({"summary":"s","nodes":[],"cannot":"there is no such file"})", understood(), {}).problems,
              ElementsAre(HasSubstr("there is no such file")));
  EXPECT_THAT(draft_from("nothing", understood(), {}).problems, ElementsAre(HasSubstr("no JSON object")));
  const auto forbidden = draft_from(R"({"summary":"s","nodes":[{"id":"a","objective":"o","write_set":["x/y.py"],"done_when":["c1"]}]})",
                                    understood(), {.constraints = {.avoid_files = {"x/"}}});
  EXPECT_THAT(forbidden.problems, ElementsAre(HasSubstr("which the task forbids")));
}

tasks::Plan diamond() {
  const auto node = [](std::string id, std::vector<std::string> before, double share = 0) {
    return tasks::PlanNode{.id = id,
                           .objective = "do " + id + "\nmore",
                           .write_set = {id},
                           .depends_on = std::move(before),
                           .done_when = {"c1"},
                           .budget_share = share};
  };
  return {.summary = "s",
          .criteria = {{.id = "c1", .text = "x", .check = ""}},
          .nodes = {node("last", {"left", "right"}), node("left", {"first"}, 0.4), node("first", {}), node("right", {"first"})}};
}

TEST(AnEstimate, NamesWhatItStandsOn) {
  llm::ModelEntry priced{.name = "big"};
  priced.prices = llm::Prices{.input = 1 * kUsd, .cache_read = kUsd / 10, .cache_write = 0, .output = 10 * kUsd};
  llm::ModelEntry embedder{.name = "embeds", .prices = priced.prices};
  embedder.can.embedding = true;
  const llm::Catalogue models({embedder, {.name = "free"}, priced});
  const auto first = estimate(diamond(), std::nullopt, models);
  EXPECT_DOUBLE_EQ(first.minutes, 3 * kMinutesOfNode + kMinutesOfTests) << "three of the four nodes are in a row";
  EXPECT_NEAR(first.usd, 4 * (0.06 + 0.024 + 0.15), 0.01);
  EXPECT_THAT(first.source, AllOf(HasSubstr("3 nodes in a row"), HasSubstr("prices of big")));
  const auto later = estimate(diamond(), std::chrono::minutes(9), llm::Catalogue());
  EXPECT_DOUBLE_EQ(later.minutes, 9);
  EXPECT_THAT(later.source, AllOf(HasSubstr("median of earlier tasks"), HasSubstr("no model has a price")));
}

TEST(ARepository, IsShownByItsFilesAndWhatItSaysOfItself) {
  test::MemoryTree tree;
  tree.files = {{"README.md", std::string(20'000, 'r')}, {"go.mod", "module x\n"}, {"a/b.go", "package a\n"}};
  const auto shown = describe_repository(tree, "add a basket");
  ASSERT_TRUE(shown);
  ASSERT_THAT(*shown, SizeIs(3)) << "nothing is defined, so there is no map";
  EXPECT_EQ(shown->at(0).source, "all 3 files");
  EXPECT_EQ(shown->at(0).text, "README.md\na/b.go\ngo.mod\n");
  EXPECT_LE(shown->at(1).text.size(), kMaxReadmeBytes);
  EXPECT_EQ(shown->at(2).source, "file go.mod");
}

TEST(ARepository, OfManyFilesIsShownByItsFolders) {
  test::MemoryTree tree;
  for (int i = 0; i < 2'000; ++i) tree.files[fmt::format("src/d{:03}/f{}.py", i % 500, i)] = "";
  tree.files["top"] = "";
  const auto shown = describe_repository(tree, "add a basket");
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->at(0).source, "folders of 2001 files, with how many each holds");
  EXPECT_THAT(shown->at(0).text, AllOf(HasSubstr("src/d000/ (4)\n"), HasSubstr("and 101 folders with fewer files")));
}

TEST(ARepository, IsShownByWhatMattersMostInIt) {
  test::MemoryTree tree;
  tree.files = {{"a.py", "def total_price(basket):\n    return 1\n"}, {"b.py", "def unrelated():\n    return 2\n"}};
  for (int i = 0; i < 500; ++i) tree.files[fmt::format("many/f{}.py", i)] = fmt::format("def many_{}():\n    return {}\n", i, i);
  const auto shown = describe_repository(tree, "total_price is wrong");
  ASSERT_TRUE(shown);
  ASSERT_THAT(*shown, SizeIs(2));
  EXPECT_EQ(shown->at(1).source, "the definitions that matter most");
  EXPECT_THAT(shown->at(1).text, StartsWith("a.py:\n")) << "the request mentions it";
  EXPECT_LE(code::estimated_tokens(shown->at(1).text), kMapTokens);
}

TEST(ARepository, OfManySourcesIsMappedInPart) {
  test::MemoryTree tree;
  for (std::size_t i = 0; i < kMaxMappedSources; ++i) tree.files[fmt::format("near/f{}.py", i)] = "";
  tree.files["far/away/from/here.py"] = "def far_away():\n    pass\n";
  tree.files["far/away/from/there.py"] = "def further_away():\n    pass\n";
  tree.files["top.py"] = "def at_the_top():\n    pass\n";
  const auto shown = describe_repository(tree, "mend far/away/from/here.py");
  ASSERT_TRUE(shown);
  ASSERT_THAT(*shown, SizeIs(2));
  EXPECT_EQ(shown->at(1).source, "the definitions that matter most of 3000 of its 3003 sources");
  EXPECT_THAT(shown->at(1).text, AllOf(HasSubstr("far_away"), HasSubstr("at_the_top"), Not(HasSubstr("further_away"))));
}

TEST(ABugsPlan, AsksForItsReproductionAndItsCause) {
  auto plan = diamond();
  plan.intent = tasks::Intent::bug_fix;
  plan.nodes[0].objective = std::string(tasks::kMaxObjective, 'x');
  const std::vector<Suspect> suspects{{.frame = {"python", "/app/a.py", 3, "f"}, .path = "a.py"}};
  finish_bug_plan(plan, suspects);
  EXPECT_THAT(plan.nodes[2].objective, AllOf(HasSubstr("First reproduce"), HasSubstr("a.py:3\n"), Not(HasSubstr("root cause"))));
  EXPECT_THAT(plan.nodes[0].objective, AllOf(HasSubstr("root cause"), Not(HasSubstr("First reproduce"))));
  EXPECT_EQ(plan.nodes[1].objective, "do left\nmore");
  EXPECT_THAT(tasks::problems_of(plan), IsEmpty());
  auto feature = diamond();
  finish_bug_plan(feature, suspects);
  EXPECT_EQ(feature, diamond());
}

}  // namespace
}  // namespace argosy::planning
