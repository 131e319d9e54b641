// Promises of metrics, health and trace context.
#include "common/telemetry/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/core/json.h"
#include "common/telemetry/health.h"
#include "common/telemetry/trace.h"

namespace argosy::telemetry {
namespace {

using ::testing::HasSubstr;

TEST(Metrics, TheSameNameAndLabelsAreOneObject) {
  Metrics metrics;
  Counter& first = metrics.counter("argosy_claims_total", "Claims.", {{"queue", "git"}});
  Counter& again = metrics.counter("argosy_claims_total", "Claims.", {{"queue", "git"}});
  Counter& other = metrics.counter("argosy_claims_total", "Claims.", {{"queue", "testing"}});
  EXPECT_EQ(&first, &again);
  EXPECT_NE(&first, &other);
  first.add();
  again.add(2);
  EXPECT_THAT(metrics.render(), HasSubstr("argosy_claims_total{queue=\"git\"} 3"));
}

TEST(Metrics, RendersGaugesAndHistograms) {
  Metrics metrics;
  Gauge& gauge = metrics.gauge("argosy_slots_busy", "Busy slots.");
  gauge.set(4);
  gauge.add(-1);
  metrics.histogram("argosy_step_seconds", "Steps.", {}, {0.5, 1}).observe(0.7);
  const std::string text = metrics.render();
  EXPECT_THAT(text, HasSubstr("argosy_slots_busy 3"));
  EXPECT_THAT(text, HasSubstr("argosy_step_seconds_bucket{le=\"0.5\"} 0"));
  EXPECT_THAT(text, HasSubstr("argosy_step_seconds_bucket{le=\"1\"} 1"));
  EXPECT_THAT(text, HasSubstr("# TYPE argosy_step_seconds histogram"));
}

TEST(Health, IsReadyWhenEveryCheckIs) {
  Health health;
  EXPECT_TRUE(health.readiness().ready);
  health.add("postgres", [] { return std::nullopt; });
  EXPECT_EQ(health.readiness().json, R"({"ready":true,"checks":{"postgres":"ok"}})");
}

TEST(Health, SaysWhatIsWrongWithoutSecrets) {
  Health health;
  health.add("postgres", [] { return std::optional<std::string>("cannot connect to postgres://u:pw@h/db"); });
  health.add("kafka", [] { return std::nullopt; });
  const auto report = health.readiness();
  EXPECT_FALSE(report.ready);
  const json::Value body = *json::parse(report.json);
  EXPECT_EQ(body.find("checks")->string_or("kafka", ""), "ok");
  EXPECT_EQ(body.find("checks")->string_or("postgres", ""), "cannot connect to postgres://[redacted]@h/db");
}

constexpr std::string_view kParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(TraceContext, ReadsAndWritesTheStandardsForm) {
  const auto context = TraceContext::parse(kParent);
  ASSERT_TRUE(context);
  EXPECT_TRUE(context->sampled);
  EXPECT_EQ(context->to_traceparent(), kParent);
  EXPECT_FALSE(TraceContext::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")->sampled);
}

TEST(TraceContext, AChildStaysInTheTrace) {
  const auto parent = *TraceContext::parse(kParent);
  const TraceContext child = parent.child();
  EXPECT_EQ(child.trace_id, parent.trace_id);
  EXPECT_NE(child.span_id, parent.span_id);
  EXPECT_TRUE(TraceContext::parse(child.to_traceparent()));
  EXPECT_NE(TraceContext::fresh().trace_id, TraceContext::fresh().trace_id);
}

TEST(TraceContext, TakesALaterVersionWithMoreFields) {
  EXPECT_TRUE(TraceContext::parse("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"));
  EXPECT_TRUE(TraceContext::parse("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-"));
  EXPECT_FALSE(TraceContext::parse("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more"));
  EXPECT_FALSE(TraceContext::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-"));
}

TEST(TraceContext, RefusesWhatTheStandardDoes) {
  for (const char* text :
       {"", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473-600f067aa0ba902b7-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-zz"}) {
    EXPECT_FALSE(TraceContext::parse(text)) << text;
  }
}

}  // namespace
}  // namespace argosy::telemetry
