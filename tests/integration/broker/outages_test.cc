// Producer, consumers and tail when topics vanish, a member hangs or the broker goes away: on a Kafka that the test may treat badly.
#include <gtest/gtest.h>

#include <set>

#include "common/broker/admin.h"
#include "common/broker/consumer.h"
#include "common/broker/dispatch.h"
#include "common/core/text.h"
#include "tests/integration/broker/clients.h"
#include "tests/support/eventually.h"
#include "tests/support/fleet/kafka.h"

namespace argosy::broker {
namespace {

using std::chrono::milliseconds;
using tasks::Queue;
using testing::eventually;

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

// How often the broker said this of the group.
std::size_t told(const test::OwnKafka& kafka, const KafkaOptions& options, std::string_view what) {
  std::size_t times = 0;
  const auto log = kafka.log();
  for (const auto line : text::lines(log)) {
    times += line.find(what) != line.npos && line.find(options.extra.at("group.id")) != line.npos ? 1 : 0;
  }
  return times;
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
