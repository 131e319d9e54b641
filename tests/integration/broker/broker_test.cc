// Producer, consumers and tail against a real Kafka: groups, offsets, topics that vanish, a broker that goes away.
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "common/broker/admin.h"
#include "common/broker/consumer.h"
#include "common/broker/dispatch.h"
#include "common/core/text.h"
#include "tests/support/eventually.h"
#include "tests/support/fleet/kafka.h"

namespace argosy::broker {
namespace {

using std::chrono::milliseconds;
using tasks::Lane;
using tasks::Queue;
using testing::eventually;

constexpr milliseconds kTimeout{10'000};

// Another group for each test and each run: the shared broker keeps what was committed.
KafkaOptions options(const std::string& brokers) {
  return {.brokers = brokers, .client_id = "test", .extra = {{"group.id", "test-" + Uuid::v4().to_string()}}};
}

KafkaOptions without_group(KafkaOptions options) {
  options.extra.erase("group.id");
  options.extra["message.timeout.ms"] = "60000";  // a lost hint is no fault, but it would end these tests
  return options;
}

std::unique_ptr<Producer> make_producer(const KafkaOptions& options) {
  auto made = Producer::create(without_group(options));
  EXPECT_TRUE(made) << to_string(made.error());
  return std::move(*made);
}

std::unique_ptr<DispatchConsumer> make_consumer(const KafkaOptions& options, Queue queue) {
  auto made = DispatchConsumer::create(options, queue);
  EXPECT_TRUE(made) << to_string(made.error());
  return std::move(*made);
}

tasks::ReadyStep ready(const TaskId& task, int ordinal, Queue queue, Lane lane = Lane::normal) {
  return {.ref = {task, static_cast<std::int16_t>(ordinal)}, .queue = queue, .lane = lane, .traceparent = ""};
}

// Takes what is there and marks it done; adds this task's steps to `seen`.
std::size_t take(DispatchConsumer& consumer, const TaskId& task, std::set<StepRef>& seen) {
  std::size_t mine = 0;
  for (const auto& message : consumer.poll(64, milliseconds(100))) {
    const auto dispatch = decode_dispatch(message.body);
    if (!dispatch) continue;
    for (const auto& step : dispatch->steps) {
      if (step.task != task) continue;
      seen.insert(step);
      ++mine;
    }
    consumer.done(message);
  }
  return mine;
}

class SharedKafka : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* brokers = std::getenv("ARGOSY_TEST_KAFKA_BROKERS");
    ASSERT_NE(brokers, nullptr) << "run this under tests/with-services";
    options_ = options(brokers);
    const auto made = ensure_topics(without_group(options_), Topics{}, kTimeout);
    ASSERT_TRUE(made) << to_string(made.error());
  }
  KafkaOptions options_;
};

TEST_F(SharedKafka, MakingTopicsAgainChangesNothing) {
  EXPECT_TRUE(ensure_topics(without_group(options_), Topics{}, kTimeout));
  const auto producer = make_producer(options_);
  EXPECT_EQ(producer->problem(), std::nullopt);
}

TEST_F(SharedKafka, TwoMembersShareAQueueAndTheOneThatStaysGetsTheRest) {
  const TaskId task{Uuid::v7(1)};
  const auto producer = make_producer(options_);
  auto one = make_consumer(options_, Queue::codegen);
  auto two = make_consumer(options_, Queue::codegen);
  std::set<StepRef> seen;
  std::size_t by_one = 0, by_two = 0;
  int ordinal = 0;
  // Both have partitions once both have got something.
  ASSERT_TRUE(eventually([&] {
    for (int i = 0; i < 20; ++i) producer->announce({ready(task, ordinal++, Queue::codegen)});
    by_one += take(*one, task, seen);
    by_two += take(*two, task, seen);
    return by_one > 0 && by_two > 0;
  }));
  two->leave();
  EXPECT_TRUE(two->poll(1, milliseconds(0)).empty());
  for (int i = 0; i < 100; ++i) producer->announce({ready(task, ordinal++, Queue::codegen)});
  EXPECT_TRUE(eventually([&] {
    take(*one, task, seen);
    return seen.size() == static_cast<std::size_t>(ordinal);
  })) << seen.size()
      << " of " << ordinal << ", delivered " << producer->counts().delivered << ", failed " << producer->counts().failed;
}

TEST_F(SharedKafka, WhatWasDoneIsNotReadAgainByTheNextMember) {
  const TaskId task{Uuid::v7(1)};
  const auto producer = make_producer(options_);
  std::set<StepRef> first, second;
  {
    const auto consumer = make_consumer(options_, Queue::git);
    for (int i = 0; i < 50; ++i) producer->announce({ready(task, i, Queue::git)});
    ASSERT_TRUE(eventually([&] {
      take(*consumer, task, first);
      return first.size() == 50;
    }));
  }
  const auto consumer = make_consumer(options_, Queue::git);
  producer->announce({ready(task, 1000, Queue::git)});
  ASSERT_TRUE(eventually([&] {
    take(*consumer, task, second);
    return second.contains({task, 1000});
  }));
  EXPECT_EQ(second.size(), 1u);
}

TEST_F(SharedKafka, UrgentIsNotHeldUpByADeepBacklogOfTheOthers) {
  const TaskId task{Uuid::v7(1)};
  const auto producer = make_producer(options_);
  const auto consumer = make_consumer(options_, Queue::planning);
  for (int i = 0; i < 2'000; ++i) producer->send(tasks::topic(Queue::planning, Lane::background), {}, "not a dispatch");
  producer->announce({ready(task, 1, Queue::planning, Lane::urgent)});
  ASSERT_TRUE(producer->flush(kTimeout));
  std::size_t before = 0;
  bool found = false;
  ASSERT_TRUE(eventually([&] {
    for (const auto& message : consumer->poll(16, milliseconds(100))) {
      const auto dispatch = decode_dispatch(message.body);
      found = found || (dispatch && dispatch->steps.front().task == task);
      before += found ? 0 : 1;
    }
    return found;
  }));
  EXPECT_LT(before, 2'000u);
}

// A Kafka that the test may treat badly.
class OwnedKafka : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    kafka_ = std::make_unique<test::OwnKafka>();
    ASSERT_TRUE(ensure_topics(without_group(options(kafka_->brokers())), Topics{.partitions = 2, .events_partitions = 2}, kTimeout));
  }
  static void TearDownTestSuite() { kafka_.reset(); }
  void SetUp() override {
    if (!kafka_->runs()) kafka_->start();
  }

  static std::unique_ptr<test::OwnKafka> kafka_;
};
std::unique_ptr<test::OwnKafka> OwnedKafka::kafka_;

// Publishes event after event until the tail has seen one.
bool tail_follows(EventTail& tail, Producer& producer, std::int64_t& seq) {
  const TaskId task{Uuid::v7(1)};
  return eventually([&] {
    producer.publish({{.task = task, .seq = ++seq, .at = 1, .type = "x", .data = "{}"}}, "/test");
    bool seen = false;
    for (const auto& message : tail.poll(100, milliseconds(200))) seen = seen || message.key == task.to_string();
    return seen;
  });
}

// Announces step after step until the consumer has got one.
bool consumer_follows(DispatchConsumer& consumer, Producer& producer, Queue queue) {
  const TaskId task{Uuid::v7(1)};
  std::set<StepRef> seen;
  int ordinal = 0;
  return eventually([&] {
    producer.announce({ready(task, ordinal++ % 1000, queue)});
    return take(consumer, task, seen) > 0;
  });
}

TEST_F(OwnedKafka, MorePartitionsAreAddedAndUsed) {
  const auto options = broker::options(kafka_->brokers());
  ASSERT_TRUE(ensure_topics(without_group(options), Topics{.partitions = 4, .events_partitions = 2}, kTimeout));
  const TaskId task{Uuid::v7(1)};
  const auto producer = make_producer(options);
  const auto consumer = make_consumer(options, Queue::testing);
  std::set<std::int32_t> partitions;
  EXPECT_TRUE(eventually([&] {
    for (int i = 0; i < 64; ++i) producer->announce({ready(task, i, Queue::testing)});
    for (const auto& message : consumer->poll(64, milliseconds(100))) partitions.insert(message.partition);
    return partitions.size() == 4;
  })) << partitions.size();
}

TEST_F(OwnedKafka, EverybodyGoesOnAfterAllTopicsWereDeletedAndMadeAnew) {
  const auto options = broker::options(kafka_->brokers());
  const auto producer = make_producer(options);
  const auto consumer = make_consumer(options, Queue::git);
  auto tail = EventTail::create(without_group(options));
  ASSERT_TRUE(tail);
  std::int64_t seq = 0;
  ASSERT_TRUE(consumer_follows(*consumer, *producer, Queue::git));
  ASSERT_TRUE(tail_follows(**tail, *producer, seq));

  EXPECT_EQ(kafka_->delete_all_topics(), 17);
  ASSERT_TRUE(eventually(
      [&] { return ensure_topics(without_group(options), Topics{.partitions = 2, .events_partitions = 2}, kTimeout).has_value(); }));

  EXPECT_TRUE(consumer_follows(*consumer, *producer, Queue::git));
  EXPECT_TRUE(tail_follows(**tail, *producer, seq));
}

// How often the broker said this of the group.
std::size_t told(const test::OwnKafka& kafka, const KafkaOptions& options, std::string_view what) {
  std::size_t times = 0;
  const auto log = kafka.log();
  for (const auto line : text::lines(log)) {
    times += line.find(what) != line.npos && line.find(options.extra.at("group.id")) != line.npos ? 1 : 0;
  }
  return times;
}

TEST_F(OwnedKafka, TopicsThatWereAwayWhilePartitionsWereGivenOutAreReadNonetheless) {
  auto options = broker::options(kafka_->brokers());
  // The members learn of the topics before they vanish, and after they are back, but not meanwhile.
  options.extra["topic.metadata.refresh.interval.ms"] = "600000";
  const auto producer = make_producer(broker::options(kafka_->brokers()));
  const auto first = make_consumer(options, Queue::codegen);
  ASSERT_TRUE(consumer_follows(*first, *producer, Queue::codegen));
  const auto before = told(*kafka_, options, "Assignment received from leader");

  // The second one's joining waits for the first, which does not look.
  const auto rebalances = told(*kafka_, options, "Preparing to rebalance");
  const auto second = make_consumer(options, Queue::codegen);
  ASSERT_TRUE(eventually([&] { return told(*kafka_, options, "Preparing to rebalance") > rebalances; }));
  kafka_->delete_all_topics();
  ASSERT_TRUE(eventually([&] {
    first->poll(1, milliseconds(20));
    second->poll(1, milliseconds(20));
    return told(*kafka_, options, "Assignment received from leader") > before;
  }));
  ASSERT_TRUE(eventually(
      [&] { return ensure_topics(without_group(options), Topics{.partitions = 4, .events_partitions = 2}, kTimeout).has_value(); }));

  const TaskId task{Uuid::v7(1)};
  std::set<StepRef> of_first, of_second;
  int ordinal = 0;
  EXPECT_TRUE(eventually([&] {
    producer->announce({ready(task, ordinal++ % 1000, Queue::codegen)});
    take(*first, task, of_first);
    take(*second, task, of_second);
    return !of_first.empty() && !of_second.empty();
  })) << of_first.size()
      << " " << of_second.size();
}

TEST_F(OwnedKafka, AMemberThatIsStuckLosesItsPartitionsToTheOthers) {
  const auto options = broker::options(kafka_->brokers());
  ASSERT_TRUE(ensure_topics(without_group(options), Topics{.partitions = 4, .events_partitions = 2}, kTimeout));
  const auto producer = make_producer(options);
  const auto stuck = make_consumer(options, Queue::testing);
  ASSERT_TRUE(consumer_follows(*stuck, *producer, Queue::testing));
  const auto other = make_consumer(options, Queue::testing);
  EXPECT_TRUE(consumer_follows(*other, *producer, Queue::testing));
}

TEST_F(OwnedKafka, EverybodyGoesOnAfterTheBrokerWasAway) {
  const auto options = broker::options(kafka_->brokers());
  const auto producer = make_producer(options);
  const auto consumer = make_consumer(options, Queue::codegen);
  auto tail = EventTail::create(without_group(options));
  ASSERT_TRUE(tail);
  std::int64_t seq = 0;
  ASSERT_TRUE(consumer_follows(*consumer, *producer, Queue::codegen));
  ASSERT_TRUE(tail_follows(**tail, *producer, seq));

  kafka_->stop();
  EXPECT_TRUE(eventually([&] { return producer->problem() && consumer->problem() && (*tail)->problem(); }));
  producer->announce({ready(TaskId{Uuid::v7(1)}, 1, Queue::codegen)});  // returns at once
  kafka_->start();
  EXPECT_TRUE(eventually([&] { return !producer->problem() && !consumer->problem() && !(*tail)->problem(); }));
  EXPECT_TRUE(consumer_follows(*consumer, *producer, Queue::codegen));
  EXPECT_TRUE(tail_follows(**tail, *producer, seq));
}

TEST_F(OwnedKafka, AConsumerEndsThoughTheBrokerIsAway) {
  const auto options = broker::options(kafka_->brokers());
  const auto producer = make_producer(options);
  auto consumer = make_consumer(options, Queue::planning);
  ASSERT_TRUE(consumer_follows(*consumer, *producer, Queue::planning));
  kafka_->stop();
  ASSERT_TRUE(eventually([&] { return consumer->problem().has_value(); }));
  consumer.reset();
}

}  // namespace
}  // namespace argosy::broker
