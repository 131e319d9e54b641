// Producer, consumer and tail against librdkafka's built-in broker: no other process, the real protocol.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <thread>

#include "common/broker/admin.h"
#include "common/broker/consumer.h"
#include "common/broker/dispatch.h"
#include "common/broker/kafka/partitioning.h"
#include "tests/support/eventually.h"

namespace argosy::broker {
namespace {

using std::chrono::milliseconds;
using tasks::Lane;
using tasks::Queue;
using testing::eventually;

class Embedded : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = EmbeddedBroker::start(Topics{.partitions = 4, .events_partitions = 3});
    ASSERT_TRUE(started) << to_string(started.error());
    broker_ = std::move(*started);
    // The built-in broker lets a group's first member wait for three seconds: all at once.
    for (const auto& [group, queue] : kGroups) joined_[group] = consumer(options(group), queue);
  }
  static void TearDownTestSuite() {
    joined_.clear();
    broker_.reset();
  }

  static KafkaOptions options() { return {.brokers = broker_->brokers(), .client_id = "test", .embedded = true}; }
  // Each test is a group of its own, so that none waits for another's members.
  static KafkaOptions options(const std::string& group) {
    auto options = Embedded::options();
    options.extra["group.id"] = group;
    return options;
  }
  static std::unique_ptr<Producer> producer() {
    auto made = Producer::create(options());
    EXPECT_TRUE(made) << to_string(made.error());
    return std::move(*made);
  }
  static std::unique_ptr<DispatchConsumer> consumer(const KafkaOptions& options, Queue queue) {
    auto made = DispatchConsumer::create(options, queue);
    EXPECT_TRUE(made) << to_string(made.error());
    return std::move(*made);
  }

  static inline const std::map<std::string, Queue> kGroups{
      {"once", Queue::codegen}, {"elsewhere", Queue::planning}, {"paused", Queue::notifications}, {"again", Queue::testing}};
  static std::unique_ptr<EmbeddedBroker> broker_;
  static std::map<std::string, std::unique_ptr<DispatchConsumer>> joined_;
};
std::map<std::string, std::unique_ptr<DispatchConsumer>> Embedded::joined_;
std::unique_ptr<EmbeddedBroker> Embedded::broker_;

tasks::ReadyStep ready(const TaskId& task, int ordinal, Queue queue, Lane lane = Lane::normal) {
  return {.ref = {task, static_cast<std::int16_t>(ordinal)}, .queue = queue, .lane = lane, .traceparent = "00-trace"};
}

std::vector<tasks::ReadyStep> many(const TaskId& task, int count, Queue queue, Lane lane = Lane::normal) {
  std::vector<tasks::ReadyStep> steps;
  for (int i = 0; i < count; ++i) steps.push_back(ready(task, i, queue, lane));
  return steps;
}

// Reads until `enough` says so; all messages in the order in which they were handed out.
template <class Enough>
std::vector<Message> read_until(DispatchConsumer& consumer, Enough&& enough, std::size_t max = 64) {
  std::vector<Message> all;
  eventually([&] {
    for (auto& message : consumer.poll(max, milliseconds(100))) all.push_back(std::move(message));
    return enough(all);
  });
  return all;
}

std::multiset<StepRef> steps_of(const std::vector<Message>& messages) {
  std::multiset<StepRef> steps;
  for (const auto& message : messages) {
    const auto dispatch = decode_dispatch(message.body);
    EXPECT_TRUE(dispatch) << message.body;
    if (dispatch) steps.insert(dispatch->steps.begin(), dispatch->steps.end());
  }
  return steps;
}

TEST_F(Embedded, AnnouncedStepsReachTheirQueueOnceEach) {
  const TaskId task{Uuid::v7(1)};
  const auto producer = Embedded::producer();
  const auto& consumer = joined_["once"];
  producer->announce(many(task, 300, Queue::codegen));
  producer->announce({ready(task, 1000, Queue::git)});
  const auto steps = steps_of(read_until(*consumer, [](const auto& all) { return steps_of(all).size() >= 300; }));
  EXPECT_EQ(steps.size(), 300u);
  EXPECT_EQ(std::set(steps.begin(), steps.end()).size(), 300u);
  EXPECT_FALSE(steps.contains({task, 1000}));
}

TEST_F(Embedded, SiblingsShareMessagesPerPartition) {
  const auto producer = Embedded::producer();
  ASSERT_EQ(producer->problem(), std::nullopt);
  producer->announce(many(TaskId{Uuid::v7(1)}, 200, Queue::git));
  EXPECT_TRUE(producer->flush(milliseconds(5000)));
  EXPECT_EQ(producer->counts().sent, 4u);  // one a partition
  EXPECT_TRUE(eventually([&] { return producer->counts().delivered == 4; }));
}

TEST_F(Embedded, ARepeatedHintGoesToAnotherPartition) {
  const TaskId task{Uuid::v7(1)};
  const auto producer = Embedded::producer();
  const auto& consumer = joined_["elsewhere"];
  producer->announce({ready(task, 1, Queue::planning)});
  producer->announce_elsewhere({ready(task, 1, Queue::planning)});
  const auto messages = read_until(*consumer, [](const auto& all) { return all.size() >= 2; });
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_NE(messages[0].partition, messages[1].partition);
}

TEST_F(Embedded, APausedLaneGivesNothingUntilItGoesOn) {
  const TaskId task{Uuid::v7(1)};
  const auto producer = Embedded::producer();
  const auto& consumer = joined_["paused"];
  consumer->set_paused(Lane::background, true);
  producer->announce(many(task, 10, Queue::notifications, Lane::background));
  producer->announce({ready(task, 100, Queue::notifications, Lane::urgent)});
  // The urgent one arrives, and by then the others have too.
  const auto first = steps_of(read_until(*consumer, [&](const auto& all) { return steps_of(all).contains({task, 100}); }));
  EXPECT_EQ(first.size(), 1u);
  consumer->set_paused(Lane::background, false);
  const auto rest = steps_of(read_until(*consumer, [](const auto& all) { return steps_of(all).size() >= 10; }));
  EXPECT_EQ(rest.size(), 10u) << "nothing is read twice after a pause";
}

TEST_F(Embedded, WhatWasNotDoneIsReadAgainByTheNextMember) {
  const auto producer = Embedded::producer();
  auto& first = joined_["again"];
  for (int i = 0; i < 3; ++i) producer->send(tasks::topic(Queue::testing, Lane::urgent), "same-key", "message " + std::to_string(i));
  const auto messages = read_until(*first, [](const auto& all) { return all.size() >= 3; });
  ASSERT_EQ(messages.size(), 3u);
  first->done(messages[0]);
  first->done(messages[2]);
  first.reset();

  const auto second = Embedded::consumer(options("again"), Queue::testing);
  const auto repeated = read_until(*second, [](const auto& all) { return all.size() >= 2; });
  ASSERT_EQ(repeated.size(), 2u);
  EXPECT_EQ(repeated[0].body, "message 1");
  EXPECT_EQ(repeated[1].body, "message 2");
}

TEST_F(Embedded, APollThatWaitsIsWokenFromAnotherThread) {
  const auto consumer = Embedded::consumer(options("woken"), Queue::planning);
  consumer->set_paused(Lane::urgent, true);
  consumer->set_paused(Lane::normal, true);
  consumer->set_paused(Lane::background, true);
  std::thread other([&] { consumer->wake(); });
  EXPECT_TRUE(consumer->poll(1, std::chrono::hours(1)).empty());  // without the wake-up this outlasts the test's time limit
  other.join();
}

TEST_F(Embedded, ATailSeesEventsFromItsBirthOnAndNoneTwice) {
  const TaskId task{Uuid::v7(1)};
  const auto event = [&](std::int64_t seq) { return tasks::Event{.task = task, .seq = seq, .at = 1, .type = "step_state", .data = "{}"}; };
  const auto producer = Embedded::producer();
  producer->publish({event(1)}, "/test");
  ASSERT_TRUE(producer->flush(milliseconds(5000)));

  auto made = EventTail::create(options());
  ASSERT_TRUE(made);
  producer->publish({event(2), event(3)}, "/test");
  producer->publish(EventMessage(Running{task, 1, 7, 1, Queue::git}), task, "/test");
  std::vector<EventMessage> seen;
  ASSERT_TRUE(eventually([&] {
    for (const auto& message : (*made)->poll(10, milliseconds(100))) {
      auto read = decode_event(message.headers, message.body);
      EXPECT_TRUE(read);
      EXPECT_EQ(message.key, task.to_string());
      seen.push_back(std::move(*read));
    }
    return seen.size() >= 2;
  }));
  ASSERT_EQ(seen.size(), 2u);
  const auto& events = std::get<std::vector<tasks::Event>>(seen[0]);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].seq, 2);
  EXPECT_EQ(std::get<Running>(seen[1]).epoch, 7);
}

TEST_F(Embedded, TopicsAreThereFromTheStart) {
  EXPECT_TRUE(ensure_topics(options(), Topics{.partitions = 4, .events_partitions = 3}, milliseconds(5000)));
  const auto more = ensure_topics(options(), Topics{.partitions = 40, .events_partitions = 3}, milliseconds(5000));
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, "topic_refused");
}

// An address on which nothing listens.
KafkaOptions nowhere() { return {.brokers = "127.0.0.1:1", .client_id = "test", .extra = {{"message.timeout.ms", "50"}}}; }

TEST(Unreachable, AProducerNeitherBlocksNorFailsAndSaysWhatIsWrong) {
  auto options = nowhere();
  options.extra["queue.buffering.max.messages"] = "10";
  options.extra["message.timeout.ms"] = "60000";
  const auto producer = Producer::create(options);
  ASSERT_TRUE(producer);
  for (int i = 0; i < 20; ++i) (*producer)->announce({ready(TaskId{Uuid::v7(1)}, i, Queue::git)});
  EXPECT_EQ((*producer)->counts().sent, 10u);
  EXPECT_EQ((*producer)->counts().dropped, 10u);
  EXPECT_EQ((*producer)->counts().delivered, 0u);
  ASSERT_TRUE((*producer)->problem());
  EXPECT_NE((*producer)->problem()->find("ARGOSY_KAFKA_BROKERS"), std::string::npos);
}

TEST(Unreachable, MessagesThatNobodyTookAreCountedAsFailed) {
  const auto producer = Producer::create(nowhere());
  ASSERT_TRUE(producer);
  (*producer)->announce({ready(TaskId{Uuid::v7(1)}, 1, Queue::git)});
  EXPECT_TRUE(eventually([&] { return (*producer)->counts().failed == 1; }));
  EXPECT_EQ((*producer)->counts().delivered, 0u);
}

TEST(Unreachable, AConsumerSaysSoAndEndsAtOnce) {
  auto options = nowhere();
  options.extra = {};
  const auto consumer = DispatchConsumer::create(options, Queue::git);
  ASSERT_TRUE(consumer);
  EXPECT_TRUE((*consumer)->problem());
  EXPECT_TRUE((*consumer)->poll(1, milliseconds(1)).empty());
}

TEST(Unreachable, TopicsCannotBeMade) {
  auto options = nowhere();
  options.extra = {};
  const auto made = ensure_topics(options, Topics{}, milliseconds(200));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "kafka_unreachable");
  EXPECT_EQ(made.error().category, Category::transient);
}

TEST(Configuration, AnUnknownPropertyIsRefusedWithItsName) {
  const auto producer = Producer::create({.brokers = "127.0.0.1:1", .client_id = "test", .extra = {{"no.such.property", "1"}}});
  ASSERT_FALSE(producer);
  EXPECT_NE(to_string(producer.error()).find("no.such.property"), std::string::npos);
}

}  // namespace
}  // namespace argosy::broker
