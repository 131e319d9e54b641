// Promises of traces: who is traced, what a span's bytes are, and that whoever collects can cost nothing but spans.
#include "common/telemetry/tracing/tracing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "common/core/redact.h"
#include "common/core/text.h"
#include "common/telemetry/tracing/exporter.h"
#include "common/telemetry/tracing/otlp.h"

namespace argosy::telemetry {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kSampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
constexpr auto kUnsampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

struct Kept final : SpanSink {
  void take(Span span) override { spans.push_back(std::move(span)); }
  std::vector<Span> spans;
};

class Tracing : public ::testing::Test {
 protected:
  Tracing() { trace_to(kept_); }
  ~Tracing() override { trace_to(nullptr); }
  std::shared_ptr<Kept> kept_ = std::make_shared<Kept>();
};

TEST_F(Tracing, FollowsTheDecisionThatTheTraceparentCarries) {
  EXPECT_TRUE(traced(kSampled));
  EXPECT_FALSE(traced(kUnsampled));
  EXPECT_FALSE(traced(""));
  trace_to(nullptr);
  EXPECT_FALSE(traced(kSampled)) << "nobody listens";
}

TEST_F(Tracing, ASpanHangsBelowTheThreadsOwn) {
  {
    const TraceScope scope(traced(kSampled));
    OpenSpan span("push", SpanKind::client);
    span.set("branch", "b");
    span.fail("refused");
    EXPECT_THAT(span.traceparent(), HasSubstr("0af7651916cd43dd8448eb211c80319c"));
    const TraceScope none(std::nullopt);
    EXPECT_FALSE(OpenSpan("inside", SpanKind::client));
  }
  ASSERT_EQ(kept_->spans.size(), 1u);
  const auto& span = kept_->spans.front();
  EXPECT_EQ(span.context.trace_id, "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(span.parent, "b7ad6b7169203331");
  EXPECT_NE(span.context.span_id, span.parent);
  EXPECT_TRUE(span.failed);
  EXPECT_GE(span.end_ns, span.start_ns);
}

TEST_F(Tracing, WhatIsDoneForNobodyLeavesNothing) {
  OpenSpan span("push", SpanKind::client);
  span.set("branch", "b");
  EXPECT_FALSE(span);
  EXPECT_EQ(span.traceparent(), "");
  span.end();
  EXPECT_TRUE(kept_->spans.empty());
}

TEST_F(Tracing, ASpanMayEndOnceAndElsewhere) {
  std::optional<OpenSpan> span;
  {
    const TraceScope scope(traced(kSampled));
    span.emplace("call", SpanKind::client);
  }
  span->end();
  span->end();
  span.reset();
  EXPECT_EQ(kept_->spans.size(), 1u);
}

TEST(Sampling, TakesTheShareThatWasAskedFor) {
  constexpr int kTries = 20'000;
  for (const double share : {0.0, 0.1, 0.5, 1.0}) {
    int sampled = 0;
    for (int i = 0; i < kTries; ++i) sampled += TraceContext::fresh(share).sampled ? 1 : 0;
    // Five standard deviations at most.
    EXPECT_NEAR(sampled, share * kTries, 5 * 71) << share;
  }
}

// Field by field, as opentelemetry/proto/trace/v1/trace.proto numbers them.
TEST(Otlp, WritesASpanAsTheStandardNumbersItsFields) {
  const Span span{.context = {.trace_id = "0af7651916cd43dd8448eb211c80319c", .span_id = "b7ad6b7169203331"},
                  .parent = "00f067aa0ba902b7",
                  .name = "n",
                  .kind = SpanKind::producer,
                  .start_ns = 1,
                  .end_ns = 0x0102,
                  .attributes = {{"k", std::int64_t{300}}, {"t", true}}};
  // What Python's opentelemetry-proto makes of the same span: request, resource (empty), scope, then the span's fields in their order.
  EXPECT_EQ(text::hex(encode_spans({}, {&span, 1})),
            "0a66"
            "0a00"
            "1262"
            "0a080a066172676f7379"
            "1256"
            "0a100af7651916cd43dd8448eb211c80319c"
            "1208b7ad6b7169203331"
            "220800f067aa0ba902b7"
            "2a016e"
            "3004"
            "390100000000000000"
            "410201000000000000"
            "4a080a016b120318ac02"
            "4a070a017412021001"
            "850101000000");
}

TEST(Otlp, NeitherSecretsNorLongTextsLeaveTheProcess) {
  redact_register_secret("hunter2-hunter2");
  const Span span{.name = "n",
                  .attributes = {{"long", std::string(kMaxAttributeBytes * 4, 'a')}, {"key", std::string("is hunter2-hunter2")}},
                  .failed = true,
                  .error = "because of hunter2-hunter2"};
  const auto bytes = encode_spans({}, {&span, 1});
  EXPECT_THAT(bytes, Not(HasSubstr("hunter2")));
  EXPECT_LT(bytes.size(), kMaxAttributeBytes + 300);
}

TEST(Otlp, ReadsHowManySpansWereNotKept) {
  EXPECT_EQ(rejected_spans(""), 0);
  EXPECT_EQ(rejected_spans(*text::from_hex("0a0308ac02")), 300);
  EXPECT_EQ(rejected_spans(*text::from_hex("0a0512036f6c64")), 0) << "a warning alone";
  EXPECT_EQ(rejected_spans("no protobuf at all"), 0);
}

// A collector that does what the test says, one request after the other.
class FakeCollector {
 public:
  SendSpans send() {
    return [this](const std::string& body, const std::function<bool()>& give_up) {
      std::unique_lock lock(mutex_);
      ++requests_;
      bodies_ += body;
      changed_.notify_all();
      while (blocked_ && !give_up()) changed_.wait_for(lock, std::chrono::milliseconds(1));
      return Sent{.how = give_up() ? Sent::How::later : how_, .rejected = rejected_, .why = "the test says so"};
    };
  }
  void say(Sent::How how, std::int64_t rejected = 0) {
    const std::lock_guard lock(mutex_);
    how_ = how;
    rejected_ = rejected;
  }
  void block(bool blocked) {
    const std::lock_guard lock(mutex_);
    blocked_ = blocked;
    changed_.notify_all();
  }
  void wait_for_request(int number) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return requests_ >= number; });
  }
  std::string bodies() {
    const std::lock_guard lock(mutex_);
    return bodies_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int requests_ = 0;
  bool blocked_ = false;
  Sent::How how_ = Sent::How::taken;
  std::int64_t rejected_ = 0;
  std::string bodies_;
};

class Exporter : public ::testing::Test {
 protected:
  SpanExporter& start(ExportOptions options = {.most_waiting = 8, .batch = 4, .every = std::chrono::milliseconds(1)}) {
    return exporter_.emplace(std::move(options), collector_.send(), metrics_);
  }
  void give(int count) {
    for (int i = 0; i < count; ++i) exporter_->take({.name = "span"});
  }
  void expect(int exported, int full, int refused, int unsent) const {
    const auto text = metrics_.render();
    EXPECT_THAT(text, HasSubstr("argosy_spans_exported_total " + std::to_string(exported) + "\n"));
    EXPECT_THAT(text, HasSubstr("{reason=\"queue_full\"} " + std::to_string(full) + "\n"));
    EXPECT_THAT(text, HasSubstr("{reason=\"refused\"} " + std::to_string(refused) + "\n"));
    EXPECT_THAT(text, HasSubstr("{reason=\"unsent\"} " + std::to_string(unsent) + "\n"));
  }
  static constexpr std::chrono::milliseconds kLong{60'000};

  Metrics metrics_;
  FakeCollector collector_;
  std::optional<SpanExporter> exporter_;
};

TEST_F(Exporter, SendsWhatWaitsBeforeItEnds) {
  start({.every = kLong});
  give(10);
  exporter_->stop(kLong);
  expect(10, 0, 0, 0);
}

TEST_F(Exporter, ACollectorThatHangsBlocksNobodyAndCostsWhatDoesNotFit) {
  collector_.block(true);
  start({.most_waiting = 8, .batch = 4, .every = kLong});  // only a full batch is sent
  give(4);
  collector_.wait_for_request(1);
  give(8 + 3);
  collector_.block(false);
  exporter_->stop(kLong);
  expect(4 + 8, 3, 0, 0);
}

TEST_F(Exporter, ACollectorThatIsAwayGetsTheSameSpansLater) {
  collector_.say(Sent::How::later);
  start();
  give(4);
  collector_.wait_for_request(3);
  collector_.say(Sent::How::taken);
  exporter_->stop(kLong);
  expect(4, 0, 0, 0);
}

TEST_F(Exporter, ACollectorThatStaysAwayHoldsNoProcessUp) {
  collector_.say(Sent::How::later);
  start();
  give(6);
  collector_.wait_for_request(1);
  exporter_->stop(std::chrono::milliseconds(0));
  expect(0, 0, 0, 6);
}

TEST_F(Exporter, ACollectorThatHangsIsLeftWhenTheTimeIsUp) {
  collector_.block(true);
  start();
  give(4);
  collector_.wait_for_request(1);
  exporter_->stop(std::chrono::milliseconds(1));
  expect(0, 0, 0, 4);
}

TEST_F(Exporter, WhatIsRefusedIsNotSentAgain) {
  collector_.say(Sent::How::refused);
  start();
  give(4);
  exporter_->stop(kLong);
  expect(0, 0, 4, 0);
}

TEST_F(Exporter, CountsWhatACollectorTookOnlyInPart) {
  collector_.say(Sent::How::taken, 1);
  start({.every = kLong});
  give(4);
  exporter_->stop(kLong);
  expect(3, 0, 1, 0);
}

TEST_F(Exporter, SaysWhoTheProcessIs) {
  start({.resource = {{"service.name", "argosy-git"}}});
  give(1);
  exporter_->stop(kLong);
  EXPECT_THAT(collector_.bodies(), HasSubstr("argosy-git"));
}

}  // namespace
}  // namespace argosy::telemetry
