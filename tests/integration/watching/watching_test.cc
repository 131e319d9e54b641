// A process tells a collector and a tracker of errors what it does, over HTTP; what the standards' own definitions cannot read would be
// refused by the stand-in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "common/runtime/process.h"
#include "common/telemetry/reports/reports.h"
#include "common/telemetry/tracing/tracing.h"
#include "tests/support/traces/collector.h"

namespace argosy::runtime {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr auto kRequest = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

class Watched : public ::testing::Test {
 protected:
  // What a process with these settings has told by its end, and its metrics then.
  template <class Work>
  std::string live(Work&& work) {
    Process process(settings_, "git");
    work();
    process.send_last_words();
    return process.metrics().render();
  }
  static void do_something(int spans = 1) {
    const telemetry::TraceScope scope(telemetry::traced(kRequest));
    for (int i = 0; i < spans; ++i) telemetry::OpenSpan("something", telemetry::SpanKind::client).set("number", std::int64_t{i});
  }
  static telemetry::ErrorReport error() {
    return {.error = {.code = "push_failed", .message = "the remote hung up on ann@example.com", .hint = {}},
            .where = "step push",
            .traceparent = kRequest};
  }
  void watch_traces() { settings_.otlp_endpoint = collector_.url() + "/"; }
  void watch_errors() { settings_.sentry_dsn = "http://sesame0123@127.0.0.1:" + std::to_string(collector_.port()) + "/42"; }

  test::Collector collector_;
  config::Settings settings_;
};

TEST_F(Watched, SpansArriveAsTheyAre) {
  watch_traces();
  EXPECT_THAT(live([] { do_something(); }), HasSubstr("argosy_spans_exported_total 1\n"));
  const auto spans = collector_.spans();
  ASSERT_THAT(spans, SizeIs(1));
  EXPECT_EQ(spans[0].string_or("trace_id", ""), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(spans[0].string_or("parent", ""), "b7ad6b7169203331");
  EXPECT_EQ(spans[0].string_or("kind", ""), "client");
  EXPECT_EQ(spans[0].find("attributes")->int_or("number", -1), 0);
  EXPECT_EQ(spans[0].string_or("service", ""), "argosy-git");
  EXPECT_EQ(spans[0].find("resource")->string_or("service.version", ""), std::string(config::version()));
  EXPECT_NE(spans[0].find("resource")->string_or("service.instance.id", ""), "");
  EXPECT_THAT(collector_.refused(), IsEmpty());
}

TEST_F(Watched, WhatACollectorRefusesOrTakesInPartIsCounted) {
  watch_traces();
  collector_.answer(400, 1);
  EXPECT_THAT(live([] { do_something(3); }), HasSubstr("argosy_spans_dropped_total{reason=\"refused\"} 3\n"));
  collector_.answer(200, 1, 2);
  const auto metrics = live([] { do_something(3); });
  EXPECT_THAT(metrics, HasSubstr("argosy_spans_exported_total 1\n"));
  EXPECT_THAT(metrics, HasSubstr("argosy_spans_dropped_total{reason=\"refused\"} 2\n"));
}

TEST_F(Watched, ACollectorThatIsNotThereCostsSpansAndNothingElse) {
  settings_.otlp_endpoint = "http://127.0.0.1:1";
  EXPECT_THAT(live([] { do_something(3); }), HasSubstr("argosy_spans_dropped_total{reason=\"unsent\"} 3\n"));
}

TEST_F(Watched, WithoutACollectorNobodyIsAsked) {
  EXPECT_THAT(live([] {
                EXPECT_FALSE(telemetry::tracing());
                do_something();
                telemetry::report(error());
              }),
              Not(HasSubstr("argosy_spans")));
  EXPECT_THAT(collector_.spans(), IsEmpty());
  EXPECT_THAT(collector_.envelopes(), IsEmpty());
}

TEST_F(Watched, AnErrorIsReportedWithTheKeyOfTheDsnAndWithoutPeople) {
  watch_errors();
  settings_.environment = "tests";
  EXPECT_THAT(live([] { telemetry::report(error()); }), HasSubstr("argosy_error_reports_total{result=\"sent\"} 1\n"));
  const auto envelopes = collector_.envelopes();
  ASSERT_THAT(envelopes, SizeIs(1));
  EXPECT_EQ(envelopes[0].string_or("project", ""), "42");
  EXPECT_THAT(envelopes[0].string_or("auth", ""), HasSubstr("sentry_key=sesame0123"));
  const auto* event = envelopes[0].find("event");
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->string_or("environment", ""), "tests");
  EXPECT_EQ(event->string_or("release", ""), "argosy@" + std::string(config::version()));
  EXPECT_EQ(event->find("contexts")->find("trace")->string_or("trace_id", ""), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_THAT(json::dump(*event), Not(HasSubstr("ann@example.com")));
}

TEST_F(Watched, AServerThatRefusesReportsIsNotAskedAgain) {
  watch_errors();
  collector_.answer(429, 1);
  EXPECT_THAT(live([] { telemetry::report(error()); }), HasSubstr("argosy_error_reports_total{result=\"dropped\"} 1\n"));
  EXPECT_THAT(collector_.envelopes(), IsEmpty());
}

TEST_F(Watched, AProcessThatDiesOfAnExceptionSaysSo) {
  watch_errors();
  const auto die = [this] {
    Process process(settings_, "git");
    std::thread([] { throw std::runtime_error("no room in the lifeboat"); }).join();
  };
  EXPECT_DEATH(die(), "nobody caught an exception");
  const auto envelopes = collector_.envelopes();
  ASSERT_THAT(envelopes, SizeIs(1));
  const auto& event = *envelopes[0].find("event");
  EXPECT_EQ(event.find("tags")->string_or("code", ""), "uncaught_exception");
  EXPECT_THAT(json::dump(event), HasSubstr("no room in the lifeboat"));
}

}  // namespace
}  // namespace argosy::runtime
