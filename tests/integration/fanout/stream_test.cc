// Promises of the streams, over the real process, a real Kafka and a real Postgres: each event once and in order, whatever Kafka does.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/integration/fanout/fixture.h"

namespace argosy::fanout {
namespace {

using ::testing::HasSubstr;

TEST_F(FanoutTest, BringsHistoryThenNewsOnceAndInOrderToEveryClient) {
  start();
  Story story(*db_, kDefaultOrg);
  story.tell(3);
  const std::int64_t before = story.head();
  Client early(stream_url(story.task())), late(stream_url(story.task(), "?from=2"));
  EXPECT_EQ(early.hello().string_or("type", ""), "hello");
  EXPECT_EQ(early.hello().int_or("head", 0), before);
  EXPECT_TRUE(early.hello().bool_or("continuous", false));
  EXPECT_EQ(early.read_until(before), from_to(1, before));
  EXPECT_EQ(late.read_until(before), from_to(3, before));
  for (int i = 0; i < 5; ++i) publish(story.tell(20));
  EXPECT_EQ(early.read_until(story.head()), from_to(before + 1, story.head()));
  EXPECT_EQ(late.read_until(story.head()), from_to(before + 1, story.head()));
}

TEST_F(FanoutTest, AnEventCarriesWhatPostgresHas) {
  start();
  Story story(*db_, kDefaultOrg);
  Client client(stream_url(story.task(), "?from=" + std::to_string(story.head())));
  const auto told = story.tell(1);
  publish(told);
  const json::Value event = client.read_type("agent_thought");
  EXPECT_EQ(event.int_or("seq", 0), told[0].seq);
  EXPECT_EQ(*event.find("data"), *json::parse(told[0].data));
  EXPECT_EQ(event.string_or("time", ""), rfc3339(told[0].at));
}

TEST_F(FanoutTest, ShuffledAndRepeatedMessagesChangeNothing) {
  start();
  Story story(*db_, kDefaultOrg);
  const std::int64_t before = story.head();
  Client client(stream_url(story.task(), "?from=" + std::to_string(before)));
  auto events = story.tell(10);
  const auto more = story.tell(10);
  events.insert(events.end(), more.begin(), more.end());
  std::ranges::reverse(events);
  publish(events);
  publish(more);
  publish(events);
  EXPECT_EQ(client.read_until(story.head()), from_to(before + 1, story.head()));
}

TEST_F(FanoutTest, ReadsFromPostgresWhatKafkaLost) {
  start();
  Story story(*db_, kDefaultOrg);
  const std::int64_t before = story.head();
  Client client(stream_url(story.task(), "?from=" + std::to_string(before)));
  story.tell(30);          // lost
  publish(story.tell(1));  // reveals the hole
  EXPECT_EQ(client.read_until(story.head()), from_to(before + 1, story.head()));
  EXPECT_GE(metric("argosy_fanout_gaps_total"), 1);
}

TEST_F(FanoutTest, FindsALastEventThatNobodyFollows) {
  start();
  Story story(*db_, kDefaultOrg);
  const std::int64_t before = story.head();
  Client client(stream_url(story.task(), "?from=" + std::to_string(before)));
  story.tell(2);  // lost, and nothing comes after it
  EXPECT_EQ(client.read_until(story.head()), from_to(before + 1, story.head()));
}

TEST_F(FanoutTest, GoesOnFromPostgresWhileKafkaIsAway) {
  start({}, false);
  Story story(*db_, kDefaultOrg);
  Client client(stream_url(story.task()));
  story.tell(5);
  EXPECT_EQ(client.read_until(story.head()), from_to(1, story.head()));
}

TEST_F(FanoutTest, AClientThatComesBackReadsOnWhereItWas) {
  start();
  Story story(*db_, kDefaultOrg);
  std::vector<std::int64_t> read;
  std::string history;
  for (int round = 0; round < 5; ++round) {
    const std::int64_t last = read.empty() ? 0 : read.back();
    Client client(stream_url(story.task(), "?from=" + std::to_string(last) + "&history=" + history));
    EXPECT_TRUE(client.hello().bool_or("continuous", false));
    history = client.hello().string_or("history", "");
    const std::int64_t middle = story.head();
    publish(story.tell(4));
    const auto seqs = client.read_until(middle + 2);  // and leaves in the middle of a batch
    read.insert(read.end(), seqs.begin(), seqs.end());
  }
  EXPECT_EQ(read, from_to(1, read.back()));
}

TEST_F(FanoutTest, ACursorOfAnotherHistoryOrBeyondTheHeadStartsOver) {
  start();
  Story story(*db_, kDefaultOrg);
  for (const std::string& query : {"?from=" + std::to_string(story.head() + 1), std::string("?from=1&history=another")}) {
    Client client(stream_url(story.task(), query));
    EXPECT_FALSE(client.hello().bool_or("continuous", true)) << query;
    EXPECT_EQ(client.hello().int_or("from", -1), 0);
    EXPECT_EQ(client.read_until(story.head()), from_to(1, story.head()));
  }
}

TEST_F(FanoutTest, AHistoryLargerThanAClientsQueueComesWhole) {
  start({{"ARGOSY_WS_CLIENT_BUFFER_BYTES", "262144"}});
  Story story(*db_, kDefaultOrg);
  for (int i = 0; i < 20; ++i) story.tell(30, 8000);  // 5 MB
  Client client(stream_url(story.task()));
  EXPECT_EQ(client.read_until(story.head()), from_to(1, story.head()));
}

TEST_F(FanoutTest, AClientThatTakesNothingIsCutOffAndTheOthersGoOn) {
  start({{"ARGOSY_WS_CLIENT_BUFFER_BYTES", "262144"}});
  Story story(*db_, kDefaultOrg);
  const auto from = "?from=" + std::to_string(story.head());
  Client stuck(stream_url(story.task(), from)), quick(stream_url(story.task(), from));
  // Straight to Kafka, as a task that says much: 32 MB are more than the kernel buffers for a client that does not read.
  std::int64_t next = story.head() + 1;
  while (next <= 2'000) {
    std::vector<tasks::Event> some;
    while (some.size() < 3) {
      some.push_back({.task = story.task(),
                      .seq = next++,
                      .at = 0,
                      .type = "agent_thought",
                      .data = R"({"x":")" + std::string(16'000, 'x') + R"("})"});
    }
    publish(some);
    EXPECT_EQ(quick.read_until(next - 1), from_to(next - 3, next - 1));
  }
  EXPECT_TRUE(testing::eventually([&] { return metric("argosy_fanout_slow_clients_total") == 1; }));
  EXPECT_TRUE(testing::eventually([&] { return metric("argosy_fanout_clients") == 1; }));
}

TEST_F(FanoutTest, LogLinesComeOnTheLogOfTheirStepOnly) {
  start();
  Story story(*db_, kDefaultOrg);
  Client log(log_url(story.task(), "?step=100"));
  const auto say = [&](std::int16_t step, std::int64_t offset, std::string text) {
    producer_->publish(
        tasks::LogChunk{.task = story.task(), .step = step, .epoch = 1, .attempt = 1, .offset = offset, .text = std::move(text)},
        story.task(), "test");
  };
  say(101, 0, "not this one\n");
  say(100, 0, "hello\n");
  say(100, 6, "world\n");
  const json::Value first = *log.read_type("log").find("data"), second = *log.read_type("log").find("data");
  EXPECT_EQ(first.string_or("text", "") + second.string_or("text", ""), "hello\nworld\n");
  EXPECT_EQ(second.int_or("offset", 0), 6);
}

TEST_F(FanoutTest, RunningIsToldOnTheStreamWithoutASeq) {
  start();
  Story story(*db_, kDefaultOrg);
  Client client(stream_url(story.task(), "?from=" + std::to_string(story.head())));
  producer_->publish(broker::Running{.task = story.task(), .step = 100, .epoch = 5, .attempt = 1, .queue = tasks::Queue::codegen},
                     story.task(), "test");
  const json::Value running = client.read_type("running");
  EXPECT_EQ(running.find("seq"), nullptr);
  EXPECT_EQ(running.find("data")->string_or("queue", ""), "codegen");
}

TEST_F(FanoutTest, AMessageThatCannotBeReadStopsNothingAndIsKeptWithItsReason) {
  start();
  Story story(*db_, kDefaultOrg);
  Client client(stream_url(story.task()));
  for (const char* body : {"", "{", "[]", "{\"events\":7}"}) {
    ASSERT_TRUE(producer_->send(std::string(tasks::kEventsTopic), story.task().to_string(), body,
                                {{"ce_type", "dev.argosy.events.v1"}, {"ce_specversion", "1.0"}}));
  }
  ASSERT_TRUE(producer_->send(std::string(tasks::kEventsTopic), story.task().to_string(), "{}", {{"ce_type", "dev.argosy.future.v9"}}));
  publish(story.tell(2));
  EXPECT_EQ(client.read_until(story.head()), from_to(1, story.head()));
  EXPECT_TRUE(testing::eventually([&] { return metric("argosy_fanout_unreadable_total") >= 5; }));
  // The one of an unknown type is no poison: a newer version may send it.
  EXPECT_TRUE(testing::eventually(
      [&] { return std::stoi(database_.value("SELECT count(*) FROM poison WHERE topic = 'argosy.events' AND reason <> ''")) >= 4; }));
}

}  // namespace
}  // namespace argosy::fanout
