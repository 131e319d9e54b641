// What the testing worker counts.
#include "workers/testing/metrics/testing_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace argosy::testing {
namespace {

using ::testing::HasSubstr;

TEST(TestingMetrics, TellsWhatBecameOfEachProgram) {
  telemetry::Metrics metrics;
  TestingMetrics told(metrics);
  sandbox::Finished red;
  red.exit_code = 1;
  sandbox::Finished big = red;
  big.out_of_memory = true;
  told.ran(sandbox::Finished{});
  told.ran(red);
  told.ran(big);
  told.ran(fail_transient("sandbox_unavailable", "no bwrap"));
  const auto text = metrics.render();
  for (const auto* outcome : {"ok", "failed", "out_of_memory", "unavailable"})
    EXPECT_THAT(text, HasSubstr(std::string("argosy_sandbox_runs_total{outcome=\"") + outcome + "\"} 1"));
}

TEST(TestingMetrics, CountsGatesOfOutputsAndOfErrors) {
  telemetry::Metrics metrics;
  TestingMetrics told(metrics);
  runtime::StepResult passed;
  passed.output = R"({"gates":[{"gate":"tests","outcome":"passed","text":"12 of 12"}]})";
  told.examined(passed);
  Error stopped{.category = Category::code_logic, .code = "gate_tests", .message = "red", .hint = {}};
  stopped.details = R"({"gates":[{"gate":"tests","outcome":"failed","text":"1 of 12"}]})";
  told.examined(std::unexpected(stopped));
  const auto text = metrics.render();
  EXPECT_THAT(text, HasSubstr("argosy_gate_outcomes_total{gate=\"tests\",outcome=\"passed\"} 1"));
  EXPECT_THAT(text, HasSubstr("argosy_gate_outcomes_total{gate=\"tests\",outcome=\"failed\"} 1"));
}

}  // namespace
}  // namespace argosy::testing
