// What two runs mean together.
#include "workers/testing/gates/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/core/json.h"
#include "common/core/text.h"

namespace argosy::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Plan kPlan{.framework = "pytest", .reason = {}, .command = "pytest"};

TestRun with(const std::vector<std::string>& passed, const std::vector<std::string>& failed) {
  TestRun run;
  for (const auto& name : passed) run.report.cases.emplace_back().name = name;
  for (const auto& name : failed) {
    run.report.cases.emplace_back().name = name;
    run.report.cases.back().outcome = reports::Outcome::failed;
  }
  run.exit_code = failed.empty() ? 0 : 1;
  return run;
}

std::string code(const Result<tasks::TestOutput>& result) { return result ? "green" : result.error().code; }

TEST(Verdict, GreenNeedsNoBaseRun) {
  EXPECT_FALSE(needs_base_run(with({"a"}, {})));
  EXPECT_EQ(code(judge(kPlan, with({"a"}, {}), std::nullopt)), "green");
}

TEST(Verdict, WithoutABaseRunEveryFailureIsNew) {
  EXPECT_TRUE(needs_base_run(with({"a"}, {"b"})));
  EXPECT_EQ(code(judge(kPlan, with({"a"}, {"b"}), std::nullopt)), "tests_failed");
}

TEST(Verdict, ABaseRunThatWasCutShortExcusesNothing) {
  auto base = with({"a"}, {"b"});
  base.timed_out = true;
  EXPECT_EQ(code(judge(kPlan, with({"a"}, {"b"}), base)), "tests_failed");
}

TEST(Verdict, ARedRunWithoutAFailingTestFailsAsAWhole) {
  auto run = with({"a"}, {});
  run.exit_code = 2;
  EXPECT_TRUE(needs_base_run(run));
  EXPECT_EQ(code(judge(kPlan, run, with({"a"}, {}))), "tests_failed");
  const auto both = judge(kPlan, run, run);
  ASSERT_TRUE(both);
  EXPECT_THAT(both->failed_before, ElementsAre("(the run itself)"));
}

TEST(Verdict, FailuresThatAToolOnlyCountsAreComparedByNumber) {
  auto run = with({"a"}, {}), base = run;
  run.exit_code = base.exit_code = 1;
  run.report.unnamed.failed = base.report.unnamed.failed = 2;
  EXPECT_EQ(code(judge(kPlan, run, base)), "green");
  run.report.unnamed.failed = 3;
  EXPECT_EQ(code(judge(kPlan, run, base)), "tests_failed");
}

TEST(Verdict, AChangeThatBreaksEverythingIsToBlameWhenTheBaseWasGreen) {
  EXPECT_EQ(code(judge(kPlan, with({}, {"a", "b"}), with({"a", "b"}, {}))), "tests_failed");
  EXPECT_EQ(code(judge(kPlan, with({}, {"a"}), with({}, {"a"}))), "tests_do_not_run");
}

TEST(Verdict, ManyNamesAreShortened) {
  std::vector<std::string> names;
  for (int i = 0; i < 1000; ++i) names.push_back("test_" + std::to_string(i));
  const auto result = judge(kPlan, with({"a"}, names), with({"a"}, {}));
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("test_4 and 995 more"));
  const auto details = json::parse(result.error().details);
  ASSERT_TRUE(details);
  EXPECT_EQ(details->array_or_empty("failing").size(), 50u);
}

TEST(ReportArtifact, IsBoundedAndSaysSo) {
  TestRun run;
  for (int i = 0; i < 30'000; ++i) {
    auto& one = run.report.cases.emplace_back();
    one.name = "t";
    one.message = std::string(1'000, 'x');
  }
  const auto bytes = report_json(kPlan, run);
  EXPECT_LT(bytes.size(), 8u << 20);
  const auto parsed = json::parse(bytes, {.max_bytes = 16u << 20});
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->bool_or("truncated", false));
  EXPECT_EQ(parsed->find("tests")->int_or("passed", 0), 30'000);
}

}  // namespace
}  // namespace argosy::testing
