// Promises of planning in words, on a real repository with a scripted model: what is clear is planned in two calls, what is not is asked
// once, no plan is followed that does not hold, and what was answered is never asked again.
#include <gmock/gmock.h>

#include "common/tasks/agent/agent_step.h"
#include "tests/unit/planning/prompted/planner_fixture.h"

namespace argosy::planning {
namespace {

using tasks::Verdict;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kQuestions =
    R"("questions":[{"question":"Half up or to even?","default":"half up"},{"question":"All?","default":"all"}],)";

TEST_F(APromptIsPlanned, InTwoCallsWhereItIsClear) {
  script(understood("feature", R"("follow":["like tax.py"],)"),
         planned(node("price", R"("src/price.py","tests/")") + "," + node("guide", R"("docs/guide.md")")));
  const auto plan = followed();
  EXPECT_EQ(model.asked.size(), 2u);
  EXPECT_EQ(plan.summary, "Prices are rounded");
  EXPECT_EQ(plan.nodes.size(), 2u);
  EXPECT_EQ(plan.follow, std::vector<std::string>{"like tax.py"});
  EXPECT_GT(plan.estimate.minutes, 0);
  EXPECT_THAT(plan.estimate.source, HasSubstr("no such task has ended here yet"));
  ASSERT_EQ(added.size(), 4u);
  EXPECT_TRUE(tasks::check_dag(added, {0}));
  EXPECT_EQ(added[0].kind, "agent");
  EXPECT_EQ(added[0].queue, tasks::Queue::codegen);
  EXPECT_EQ(added[2].kind, "test");
  EXPECT_THAT(added[2].inputs, ElementsAre(100, 101));
  EXPECT_THAT(tasks::tree_payload_from(added[2].payload)->write_set, ElementsAre("docs/guide.md", "src/price.py", "tests/"))
      << "what mends a failure touches no more than the plan";
  EXPECT_EQ(added[3].kind, "push");
  const auto payload = tasks::agent_payload_from(added[0].payload);
  ASSERT_TRUE(payload) << to_string(payload.error());
  EXPECT_EQ(payload->base_commit, output.base_commit);
  EXPECT_EQ(payload->node.objective, "do price");
  EXPECT_EQ(payload->node.budget_share, 0.5);
  EXPECT_THAT(payload->follow, ElementsAre("like tax.py"));
  ASSERT_EQ(payload->criteria.size(), 1u);
  EXPECT_EQ(payload->criteria[0].text, "prices are rounded");
  EXPECT_GE(context.count("agent_thought"), 2u) << "what was understood, and the plan";
  EXPECT_THAT(context.of_plans, Each(tasks::Constraints{}));
}

TEST_F(APromptIsPlanned, AtTheExpenseOfItsTaskAndWithTheRepositoryAsOthersWords) {
  step.task.user = "ann";
  script(understood("feature"), planned(node("price", R"("src/price.py")")));
  followed();
  for (const auto* kind : {"intent", "plan"}) {
    const auto at = std::string_view(kind) == "intent" ? 0u : 1u;
    const auto& options = model.asked.at(at).second;
    EXPECT_EQ(options.kind, kind);
    EXPECT_EQ(options.role, "planner");
    EXPECT_EQ(options.payer->user, "ann");
    EXPECT_EQ(options.commit, "") << "no answer of the cache, which might be to another request";
    EXPECT_EQ(options.prompt.name, kind);
    EXPECT_TRUE(model.asked.at(at).first.schema);
    EXPECT_THAT(model.said(at, llm::Role::system), Not(HasSubstr("A shop.")));
    EXPECT_THAT(model.said(at, llm::Role::user),
                AllOf(HasSubstr("docs/guide.md\nsrc/price.py\n"), HasSubstr("A shop."), HasSubstr("<untrusted-")));
  }
}

TEST_F(APromptIsPlanned, AfterOneQuestionWhereItIsUnclear) {
  script(understood("feature", kQuestions), planned(node("price", R"("src/price.py")")));
  const auto asked = question();
  EXPECT_EQ(asked.name, "clarify");
  EXPECT_EQ(asked.type, "clarification");
  EXPECT_THAT(asked.description,
              AllOf(HasSubstr("1. Half up or to even?"), HasSubstr("Without an answer: half up"), HasSubstr("Round prices")));
  answer("clarify", Verdict::approve);
  EXPECT_EQ(followed().nodes.size(), 1u);
  EXPECT_EQ(model.count("intent"), 1u) << "what was answered is kept over the question";
  EXPECT_EQ(model.count("plan"), 1u);
  EXPECT_THAT(model.said(1, llm::Role::user), HasSubstr("- Half up or to even? half up"));
}

TEST_F(APromptIsPlanned, ByWhatAPersonAnswersInWordsOrByNumber) {
  script(understood("feature", kQuestions), planned(node("price", R"("src/price.py")")));
  answer("clarify", Verdict::correct, R"({"1":"to even"})");
  followed();
  EXPECT_THAT(model.said(1, llm::Role::user), AllOf(HasSubstr("- Half up or to even? to even"), HasSubstr("- All? all")));
  step.ref.ordinal = 7;  // as after a rollback: another step, which asks anew
  step.answers.back().text = "as the tax office does";
  followed();
  EXPECT_EQ(model.count("intent"), 2u);
  EXPECT_THAT(model.said(3, llm::Role::user), HasSubstr("a person answered: as the tax office does"));
}

TEST_F(APromptIsPlanned, NotWhenAPersonRejectsIt) {
  script(understood("feature", kQuestions), planned(node("price", R"("src/price.py")")));
  answer("clarify", Verdict::reject);
  EXPECT_EQ(refusal(), "plan_rejected");
  EXPECT_EQ(model.count("plan"), 0u);
}

TEST_F(APromptIsPlanned, OnTheCommitThatPeopleWereAskedAbout) {
  script(understood("feature", kQuestions), planned(node("price", R"("src/price.py")")));
  const auto base = remote.at_remote({"rev-parse", "main"});
  question();
  remote.push_files({{"src/price.py", "# other\n"}});
  answer("clarify", Verdict::approve);
  followed();
  EXPECT_EQ(output.base_commit, base);
  EXPECT_EQ(output.target_branch, "main");
}

TEST_F(APromptIsPlanned, WithoutRepeatingACallThatHadItsAnswerBeforeACrash) {
  model.follow("rules:\n" + rule("kind: intent", understood("feature")) +
               "  - when: {kind: plan}\n    times: 1\n    fault: model_overloaded\n" +
               rule("kind: plan", planned(node("price", R"("src/price.py")"))));
  const auto crashed = plan();
  ASSERT_FALSE(crashed);
  EXPECT_EQ(crashed.error().category, Category::transient);
  followed();
  EXPECT_EQ(model.count("intent"), 1u);
  EXPECT_EQ(model.count("plan"), 2u);
}

TEST_F(APromptIsPlanned, WithTheMistakesOfAPlanSentBack) {
  model.follow("rules:\n" + rule("kind: intent", understood("feature")) +
               rule("kind: plan", planned(node("a", R"("src/")") + "," + node("b", R"("src/price.py")")), 1) +
               rule("kind: plan", "I would begin with src.", 1) +
               rule("kind: plan", "Here it is:\n```json\n" + planned(node("a", R"("src/")")) + "\n```"));
  EXPECT_EQ(followed().nodes.size(), 1u);
  EXPECT_EQ(model.count("plan"), 3u);
  EXPECT_THAT(model.said(2, llm::Role::user), HasSubstr("nodes \"a\" and \"b\" may run side by side"));
  EXPECT_THAT(model.said(3, llm::Role::user), HasSubstr("no JSON object"));
  EXPECT_THAT(model.said(3, llm::Role::assistant), HasSubstr("I would begin with src."));
}

TEST_F(APromptIsPlanned, ByHandWhenTheModelIsUseless) {
  script(understood("feature"), planned(""));
  const auto asked = question();
  EXPECT_EQ(asked.name, "plan");
  EXPECT_EQ(asked.type, "correction");
  EXPECT_EQ(asked.because->code, "plan_unusable");
  EXPECT_EQ(asked.because->category, Category::needs_user);
  EXPECT_THAT(asked.description, HasSubstr("no nodes"));
  EXPECT_EQ(model.count("plan"), static_cast<std::size_t>(kMaxDrafts));

  answer("plan", Verdict::correct, by_hand("../x"));
  const auto again = question();
  EXPECT_EQ(again.name, "plan-2");
  EXPECT_THAT(again.description, HasSubstr("below the repository's root"));
  answer("plan-2", Verdict::correct, by_hand("src/price.py"));
  EXPECT_EQ(followed().summary, "mine");
  EXPECT_EQ(model.count("plan"), static_cast<std::size_t>(kMaxDrafts)) << "nobody was asked again";
}

TEST_F(APromptIsPlanned, AnewWhenAPersonSaysSoAndNotForEver) {
  script(understood("feature"), planned(""));
  answer("plan", Verdict::approve);
  for (int n = 2; n <= kMaxPlanQuestions; ++n) answer("plan-" + std::to_string(n), Verdict::correct, "smaller steps");
  EXPECT_EQ(refusal(), "plan_unusable");
  EXPECT_EQ(model.count("plan"), static_cast<std::size_t>(kMaxDrafts * (kMaxPlanQuestions + 1)));
  EXPECT_THAT(model.said(model.asked.size() - 1, llm::Role::user), HasSubstr("A person looked at this plan and says: smaller steps"));
}

TEST_F(APromptIsPlanned, NotBeforeAPersonApprovesWhereTheRepositorySaysSo) {
  remote.push_files({{".argosy.yaml", "plan: {approval: required}\n"}});
  model.follow("rules:\n" + rule("kind: intent", understood("feature", R"("avoid_files":["legacy/"],)")) +
               rule("kind: plan, text: [in one file]", planned(node("one", R"("src/price.py")"))) +
               rule("kind: plan", planned(node("price", R"("src/")"))));
  const auto asked = question();
  EXPECT_EQ(asked.name, "plan");
  EXPECT_EQ(asked.type, "approval");
  EXPECT_FALSE(asked.because);
  EXPECT_THAT(asked.description,
              AllOf(HasSubstr("do price"), HasSubstr("may touch: src/"), HasSubstr("Left alone: legacy/"), HasSubstr("minutes")));
  EXPECT_THAT(context.of_plans, Each(tasks::Constraints{})) << "a person may still see it otherwise";
  const auto kept = store.newest(step.ref, artifacts::Kind::report);
  ASSERT_TRUE(kept && *kept);
  EXPECT_EQ(tasks::plan_from(**kept)->nodes[0].id, "price");

  answer("plan", Verdict::correct, "in one file only");
  EXPECT_THAT(question().description, HasSubstr("do one"));
  answer("plan-2", Verdict::approve);
  EXPECT_EQ(followed().nodes[0].id, "one");
  EXPECT_THAT(context.of_plans.back().avoid_files, ElementsAre("legacy/"));
}

TEST_F(APromptIsPlanned, AsAPersonWritesItOrNotAtAll) {
  remote.push_files({{".argosy.yaml", "plan: {approval: required}\n"}});
  script(understood("feature"), planned(node("price", R"("src/")")));
  answer("plan", Verdict::correct, by_hand("docs/"));
  EXPECT_EQ(followed().nodes[0].id, "mine");
  step.answers.back() = {.step = 0, .name = "plan", .verdict = Verdict::reject, .text = "too much", .by = "ann"};
  const auto rejected = plan();
  ASSERT_FALSE(rejected);
  EXPECT_EQ(rejected.error().code, "plan_rejected");
  EXPECT_THAT(rejected.error().message, HasSubstr("ann rejected the plan: too much"));
}

TEST_F(APromptIsPlanned, WithinWhatItsTaskAndItsTextForbid) {
  step.task.avoid_files = {"src/"};
  model.follow("rules:\n" +
               rule("kind: intent", understood("feature", R"("avoid_files":["legacy/","/etc","../x"],"max_files_changed":3,)")) +
               rule("kind: plan", planned(node("a", R"("src/price.py")")), 1) +
               rule("kind: plan", planned(node("a", R"("legacy/a.py")")), 1) + rule("kind: plan", planned(node("a", R"("docs/")"))));
  const auto plan = followed();
  EXPECT_THAT(model.said(1, llm::Role::system), HasSubstr("No write_set names files that match src/"));
  EXPECT_THAT(model.said(2, llm::Role::user), HasSubstr("which the task forbids"));
  EXPECT_THAT(model.said(3, llm::Role::user), HasSubstr("which is to be avoided"));
  EXPECT_THAT(plan.avoid_files, ElementsAre("legacy/"));
  ASSERT_EQ(context.of_plans.size(), 2u) << "first nothing, for the plan of an earlier attempt is in force no more";
  EXPECT_EQ(context.of_plans[0], tasks::Constraints{});
  EXPECT_EQ(context.of_plans[1].max_files_changed, 3);
}

TEST_F(APromptIsPlanned, WithWhatPeopleForbidWhileItRuns) {
  context.constraints = tasks::Constraints{.avoid_files = {"docs/"}};
  script(understood("feature"), planned(node("a", R"("docs/guide.md")")));
  EXPECT_EQ(refusal(), "asked");
}

TEST_F(APromptIsPlanned, WithABugSeenBeforeItIsMendedAndExplainedAfterwards) {
  step.task.prompt = "It dies:\nTraceback (most recent call last):\n  File \"/app/src/price.py\", line 2, in total\nTypeError: x\n";
  script(understood("bug_fix"), planned(node("fix", R"("src/price.py")") + "," + node("guide", R"("docs/")", R"("fix")")));
  const auto base = remote.at_remote({"rev-parse", "main"});
  const auto plan = followed();
  EXPECT_THAT(model.said(1, llm::Role::user), AllOf(HasSubstr("src/price.py:2 in total"), HasSubstr("> "), HasSubstr("return sum(p)"),
                                                    HasSubstr("line written by " + base.substr(0, 10))));
  EXPECT_THAT(model.said(1, llm::Role::system), HasSubstr("reproduces it with a test that fails"));
  EXPECT_THAT(plan.nodes[0].objective, AllOf(::testing::StartsWith("First reproduce the bug"), HasSubstr("do fix"),
                                             HasSubstr("src/price.py:2, written in " + base.substr(0, 10)), Not(HasSubstr("root cause"))));
  EXPECT_THAT(plan.nodes[1].objective, AllOf(::testing::StartsWith("do guide"), HasSubstr("root cause")));
}

TEST_F(APromptIsPlanned, WithTheDocumentsThatMentionWhatItNames) {
  remote.push_files({{"api/openapi.yaml", "openapi: 3.0.0\n"}, {"docs/other.md", "nothing\n"}, {"docs/api.md", "see `src/price.py`\n"}});
  step.task.prompt = "Document src/price.py.";
  script(understood("docs"), planned(node("guide", R"("docs/")")));
  followed();
  EXPECT_THAT(model.said(1, llm::Role::user),
              AllOf(HasSubstr("docs/api.md: src/price.py\n"), HasSubstr("source=\"OpenAPI descriptions\">\napi/openapi.yaml")));
}

TEST_F(APromptIsPlanned, WithWhatChangedSinceTheLastReleaseAndTheDocumentsThatMentionIt) {
  remote.push_files({{"src/tax.py", "def tax_of(p):\n    return 0\n"}, {"docs/tax.md", "Use `tax_of(p)`.\n"}});
  remote.git(remote.author(), {"tag", "v2"});
  remote.git(remote.author(), {"push", "-q", "origin", "v2"});
  remote.push_files({{"src/tax.py", "def tax_of(p, rate):\n    return 0\n"}});
  step.task.prompt = "Bring the documents up to date.";
  script(understood("docs"), planned(node("guide", R"("docs/")")));
  followed();
  EXPECT_THAT(model.said(1, llm::Role::user),
              AllOf(HasSubstr("changed function tax_of (src/tax.py)"), HasSubstr("v2, 1 commit ago"), HasSubstr("docs/tax.md: tax_of\n")));
  EXPECT_THAT(context.logged, HasSubstr("since the last release: 1 changes that users see, 1 documents mention them"));
}

TEST_F(APromptIsPlanned, OnlyWhereThereIsAModel) {
  PlanningHandler without({.work_dir = remote.work_dir(), .allow_file = true, .timeout = std::chrono::seconds(60)});
  const auto refused = without.run(step, context);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "prompt_needs_model");
  EXPECT_THAT(refused.error().hint, HasSubstr("ARGOSY_MODELS"));
}

TEST_F(APromptIsPlanned, NotByAModelThatCannotSayWhatItUnderstood) {
  script("I think it is about prices.", planned(node("a", R"("src/")")));
  const auto refused = plan();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "plan_unusable");
  EXPECT_EQ(model.asked.size(), static_cast<std::size_t>(kMaxUnderstandings));
}

TEST_F(APromptIsPlanned, OrStopsWhenItsTaskIsCancelled) {
  script(understood("feature"), planned(node("a", R"("src/")")));
  context.cancel = true;
  EXPECT_FALSE(plan());
}

}  // namespace
}  // namespace argosy::planning
