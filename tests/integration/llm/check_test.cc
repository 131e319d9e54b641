// The check of a model, over each API: a server that does all is graded so, and every defect is found by the question that is meant for it.
#include <map>

#include "common/llm/check/checked.h"
#include "common/llm/check/live.h"
#include "common/llm/check/questions.h"
#include "tests/integration/llm/check_fixture.h"

namespace argosy::llm {
namespace {

using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

class Checks : public ServedChecks {
 protected:
  static CheckReport check(const ModelEntry& model, CheckLimits limits = {}) {
    const auto plan = plan_check(model, limits);
    EXPECT_TRUE(plan) << plan.error().message;
    LiveTargets live(model, system_clock());
    return check_model(model, live.targets(), *plan, limits, system_clock());
  }
  // Every ability that is not ok, with its grade.
  static std::map<std::string, std::string> wrong(const CheckReport& report) {
    std::map<std::string, std::string> out;
    for (const auto& finding : report.findings)
      if (finding.verdict.grade != Grade::ok) out.emplace(to_string(finding.ability), to_string(finding.verdict.grade));
    return out;
  }
  static std::string why(const CheckReport& report, Ability ability) {
    const auto* finding = report.of(ability);
    return finding == nullptr ? "" : finding->verdict.why;
  }
  // The rules are each a defect that `ability` finds, and nothing else.
  static void expect_only(Ability ability, const std::string& grade, const std::string& because, const std::string& defects,
                          const CheckLimits& limits = {}) {
    serve(defects);
    const auto report = check(entry(), limits);
    EXPECT_THAT(wrong(report), UnorderedElementsAre(Pair(std::string(to_string(ability)), grade))) << defects;
    EXPECT_THAT(why(report, ability), HasSubstr(because));
    EXPECT_EQ(report.fails(), grade == "fails");
  }
};

TEST_P(Checks, FindNothingWhereAllIsWell) {
  serve();
  const auto report = check(entry());
  EXPECT_THAT(wrong(report), testing::IsEmpty()) << json::dump_pretty(report_json(report));
  EXPECT_EQ(report.findings.size(), kAbilities.size());
  EXPECT_GT(report.of(Ability::long_input)->input_tokens, 15'000);
  EXPECT_THAT(contradictions(entry(), report), testing::IsEmpty());
}

TEST_P(Checks, CostNoMoreThanWasSaidBefore) {
  serve();
  const auto plan = plan_check(entry());
  const auto report = check(entry());
  EXPECT_GT(report.spent.money, 0);
  EXPECT_LE(report.spent.money, plan->worst.money);
  EXPECT_LE(plan->worst.money, CheckLimits{}.most_usd);
}

TEST_P(Checks, FindAModelThatSaysSomethingElse) {
  expect_only(Ability::plain, "fails", "does not come",
              R"({"when":{"contains":"else: kestrel"},"times":1,"then":{"text":"I am another model."}})");
}

TEST_P(Checks, FindAStreamThatIsCut) {
  expect_only(Ability::stream, "fails", "", rule("Count from one to twelve", R"({"text":"one two three four","pieces":4,"fault":"cut"})"));
  expect_only(Ability::stream, "fails", "end mark",
              rule("Count from one to twelve", R"({"text":"one two twelve","pieces":4,"fault":"no_end_mark"})"));
  expect_only(Ability::stream, "weak", "one piece", rule("Count from one to twelve", R"({"text":"one two twelve","pieces":1})"));
}

TEST_P(Checks, FindCallsThatAreBroken) {
  // Ollama sends arguments as an object: there is no broken JSON in it.
  const std::string arguments = GetParam() == Api::ollama ? R"({"prat":4711})" : R"("{\"part\": oops 4711")";
  expect_only(Ability::tool_call, "fails", "arguments",
              rule("How many of part 4711", fmt::format(R"({{"tool_calls":[{}]}})", call(arguments))));
  expect_only(Ability::tool_call, "fails", "did not", rule("How many of part 4711", R"({"text":"I would call the tool."})"));
}

TEST_P(Checks, FindThatOnlyOneOfTwoCallsCame) {
  expect_only(Ability::two_calls, "weak", "one tool at a time",
              rule("How many of part 4712", fmt::format(R"({{"tool_calls":[{}]}})", call(R"({"part":4712})"))));
}

TEST_P(Checks, FindThatAResultIsNotUsed) {
  expect_only(Ability::tool_result, "fails", "does not use", rule("How many of part 4714", R"({"text":"I cannot know that."})"));
}

TEST_P(Checks, FindThatASchemaIsNotKept) {
  expect_only(Ability::schema, "fails", "not of the schema",
              rule("The ship is called", R"({"text":"{\"ship\":\"Argo\",\"oars\":\"many\"}"})"));
  expect_only(Ability::schema, "fails", "no JSON", rule("The ship is called", R"({"text":"The Argo has fifty oars."})"));
}

TEST_P(Checks, FindUsageThatIsMissingOrCannotBe) {
  expect_only(Ability::usage, "fails", "stream does not", rule("else: heron", R"({"text":"heron","usage":null})"));
  expect_only(Ability::usage, "fails", "by our count", rule("else: heron", R"({"text":"heron","usage":{"input":3}})"));
}

TEST_P(Checks, FindAContextThatIsSmallerThanStated) {
  expect_only(Ability::long_input, "fails", "were refused", rule("The code word is", R"({"fault":"context_too_long"})"));
  expect_only(Ability::long_input, "fails", "says nothing", rule("The code word is", R"({"text":"What word?","usage":{"input":4096}})"));
}

TEST_P(Checks, FindAServerThatGoesOnWithWhatWasCancelled) {
  expect_only(Ability::cancellation, "fails", "go on", rule("else: osprey", R"({"fault":"silence"})"),
              {.after_cancel = std::chrono::milliseconds(300)});
}

TEST_P(Checks, FindErrorsThatAreNone) {
  expect_only(Ability::error_shape, "fails", "text/html", rule(std::string(kUnknownModel), R"({"fault":"html"})"));
  expect_only(Ability::error_shape, "weak", "any name", rule(std::string(kUnknownModel), R"({"text":"kestrel"})"));
}

TEST_P(Checks, SkipWhatModelsYamlDoesNotClaim) {
  serve();
  auto model = entry();
  model.can = {.stream = false};
  const auto report = check(model);
  EXPECT_THAT(wrong(report),
              UnorderedElementsAre(Pair("stream", "skipped"), Pair("tool_call", "skipped"), Pair("two_calls", "skipped"),
                                   Pair("tool_result", "skipped"), Pair("schema", "skipped"), Pair("cancellation", "skipped")));
  EXPECT_EQ(why(report, Ability::schema), "models.yaml, line 7: `can` has no schema");
}

TEST_P(Checks, AskNoMoreOfAServerThatRefusesTheKey) {
  serve(rule("", R"({"fault":"auth"})"));
  const auto report = check(entry());
  EXPECT_EQ(report.of(Ability::plain)->verdict.grade, Grade::fails);
  EXPECT_EQ(wrong(report).size(), kAbilities.size());
  EXPECT_EQ(server().requests().as_array().size(), 1U);
}

TEST_P(Checks, AreKeptBesideModelsYaml) {
  const TempDir folder;
  const auto path = (folder.path() / "models.yaml").string();
  serve(rule("The ship is called", R"({"text":"Argo"})"));
  const auto report = check(entry());
  ASSERT_TRUE(write_checked(path, report));
  ASSERT_TRUE(write_checked(path, report));
  const auto read = read_checked(path);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 1U);
  EXPECT_EQ(read->front().findings, report.findings);
  EXPECT_THAT(contradictions(entry(), read->front()), testing::ElementsAre(HasSubstr("can: schema: schema fails")));
}

TEST_P(Checks, KeepNothingOfAnOutage) {
  const TempDir folder;
  const auto path = (folder.path() / "models.yaml").string();
  serve();
  ASSERT_TRUE(write_checked(path, check(entry())));
  for (const auto* fault : {"unavailable", "server_error", "rate_limit", "auth", "quota"}) {
    serve(rule("", fmt::format(R"({{"fault":"{}"}})", fault)));
    const auto report = check(entry());
    EXPECT_TRUE(report.fails()) << fault;
    ASSERT_TRUE(write_checked(path, report));
    EXPECT_FALSE(read_checked(path)->front().fails()) << fault << ": a route would pass it over for good";
  }
  serve(rule("The ship is called", R"({"fault":"unavailable"})"));
  ASSERT_TRUE(write_checked(path, check(entry())));
  const auto kept = read_checked(path)->front();
  EXPECT_EQ(kept.of(Ability::schema), nullptr) << "one call that was refused says nothing about schemas";
  EXPECT_EQ(kept.findings.size(), kAbilities.size() - 1);
}

INSTANTIATE_TEST_SUITE_P(Every, Checks, testing::Values(Api::openai_chat, Api::openai_responses, Api::anthropic, Api::ollama), api_name);

}  // namespace
}  // namespace argosy::llm
