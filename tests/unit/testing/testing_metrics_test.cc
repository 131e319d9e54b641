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

TEST(TestingMetrics, CountsConnectionsByWhyTheyWereRefusedAndNoReasonThatIsNotKnown) {
  telemetry::Metrics metrics;
  TestingMetrics told(metrics);
  EXPECT_THAT(metrics.render(), HasSubstr("argosy_egress_refused_total{reason=\"host_not_allowed\"} 0")) << "there before the first";
  egress::AuditEvent event;
  event.allowed = true;
  event.reason = "idle";
  told.connected(event);
  event.allowed = false;
  event.reason = "host_not_allowed";
  told.connected(event);
  told.connected(event);
  event.reason = "made up by c.example";
  told.connected(event);
  told.refused_unseen(40);
  const auto text = metrics.render();
  EXPECT_THAT(text, HasSubstr("argosy_egress_allowed_total 1"));
  EXPECT_THAT(text, HasSubstr("argosy_egress_refused_total{reason=\"host_not_allowed\"} 2"));
  EXPECT_THAT(text, HasSubstr("argosy_egress_refused_total{reason=\"other\"} 1"));
  EXPECT_THAT(text, HasSubstr("argosy_egress_refused_total{reason=\"budget_requests\"} 40"));
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
