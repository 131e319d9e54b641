// What clients read of a run of tests.
#include "workers/testing/runs/test_rows.h"

#include <gtest/gtest.h>

#include <cmath>

namespace argosy::testing {
namespace {

const Plan kPlan{.framework = "pytest", .reason = {}, .command = "pytest -q"};

reports::Case one(const std::string& name, reports::Outcome outcome) {
  reports::Case made;
  made.classname = "C";
  made.name = name;
  made.outcome = outcome;
  return made;
}

TEST(TestRows, TellWhatFailedBeforeAndWhatIsFlaky) {
  TestRun run, base;
  run.report.cases = {one("new", reports::Outcome::failed), one("old", reports::Outcome::errored), one("shaky", reports::Outcome::passed)};
  run.report.cases[0].line = 7;
  run.report.cases[0].duration_s = 0.0125;
  run.report.cases[1].duration_s = std::nan("");
  run.flaky = {"C::shaky"};
  base.report.cases = {one("old", reports::Outcome::failed), one("shaky", reports::Outcome::failed)};
  const auto rows = rows_of(kPlan, run, base);
  EXPECT_EQ(rows.framework, "pytest");
  EXPECT_EQ(rows.failed, 1);
  EXPECT_EQ(rows.errors, 1);
  EXPECT_EQ(rows.flaky, 1);
  ASSERT_EQ(rows.cases.size(), 3u);
  EXPECT_EQ(rows.cases[0].line, 7);
  EXPECT_EQ(rows.cases[0].duration_ms, 13);
  EXPECT_EQ(rows.cases[1].duration_ms, 0);
  EXPECT_FALSE(rows.cases[0].failed_before);
  EXPECT_TRUE(rows.cases[1].failed_before);
  EXPECT_TRUE(rows.cases[2].flaky);
  EXPECT_FALSE(rows.cases[2].failed_before);  // it passes now
  EXPECT_FALSE(rows_of(kPlan, run, std::nullopt).cases[1].failed_before);
}

}  // namespace
}  // namespace argosy::testing
