// A stream in the trace of its task, as a collector reads it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/integration/fanout/fixture.h"
#include "tests/support/eventually.h"
#include "tests/support/traces/collector.h"

namespace argosy::fanout {
namespace {

using testing::eventually;

constexpr auto kClient = "00-cccccccccccccccccccccccccccccccc-dddddddddddddddd-01";

class TracedStream : public FanoutTest {
 protected:
  static std::string trace_of(char digit) { return std::string(32, digit); }
  static std::string traceparent(char digit, bool sampled) {
    return fmt::format("00-{}-{}-0{}", trace_of(digit), std::string(16, 'e'), sampled ? 1 : 0);
  }
  static json::Value attribute(const json::Value& span, const std::string& key) {
    const auto* value = span.find("attributes")->find(key);
    return value == nullptr ? json::Value() : *value;
  }
  test::Collector collector;
};

TEST_F(TracedStream, IsOneSpanUntilTheClientHasCaughtUpHoweverManyEventsFollow) {
  start({{"ARGOSY_OTLP_ENDPOINT", collector.url()}});
  Story story(*db_, kDefaultOrg, traceparent('a', true));
  story.tell(3);
  const auto head = story.head();
  Client client(stream_url(story.task(), "?from=2"), {{"traceparent", kClient}});
  client.read_until(head);
  for (int i = 0; i < 3; ++i) publish(story.tell(20));
  client.read_until(story.head());
  ASSERT_TRUE(eventually([&] { return !collector.spans_of(trace_of('a')).empty(); }));
  // The next one comes in a later batch: by then all of the first would be there.
  Client second(stream_url(story.task()));
  second.read_until(story.head());
  ASSERT_TRUE(eventually([&] { return collector.spans_of(trace_of('a')).size() >= 2; }));
  const auto spans = collector.spans_of(trace_of('a'));
  ASSERT_EQ(spans.size(), 2u) << "one a stream";
  const auto& span = spans[0];
  EXPECT_EQ(span.string_or("name", ""), "GET /ws/tasks/{id}/stream");
  EXPECT_EQ(span.string_or("kind", ""), "server");
  EXPECT_EQ(span.string_or("parent", ""), std::string(16, 'e')) << "below the request";
  EXPECT_LE(span.int_or("start", 0), span.int_or("end", -1));
  EXPECT_EQ(attribute(span, "argosy.task.id").as_string(), story.task().to_string());
  EXPECT_EQ(attribute(span, "argosy.stream.caught_up"), json::Value(true));
  ASSERT_EQ(span.array_or_empty("links").size(), 1u);
  EXPECT_EQ(span.array_or_empty("links")[0].string_or("trace_id", ""), trace_of('c')) << "the client's own";
  EXPECT_TRUE(spans[1].array_or_empty("links").empty());
  EXPECT_THAT(collector.refused(), ::testing::IsEmpty());
}

TEST_F(TracedStream, IsNothingWhereTheTaskIsNotSampled) {
  start({{"ARGOSY_OTLP_ENDPOINT", collector.url()}});
  Story quiet(*db_, kDefaultOrg, traceparent('b', false)), told(*db_, kDefaultOrg, traceparent('a', true));
  Client first(stream_url(quiet.task()));
  first.read_until(quiet.head());
  Client second(stream_url(told.task()));
  second.read_until(told.head());
  ASSERT_TRUE(eventually([&] { return !collector.spans_of(trace_of('a')).empty(); }));
  EXPECT_THAT(collector.spans_of(trace_of('b')), ::testing::IsEmpty()) << "and it came before";
}

}  // namespace
}  // namespace argosy::fanout
