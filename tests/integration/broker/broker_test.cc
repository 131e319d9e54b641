// Producer, consumers and tail against a real Kafka that all tests share: topics, groups, offsets, lanes.
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "common/broker/admin.h"
#include "common/broker/consumer.h"
#include "common/broker/dispatch.h"
#include "tests/integration/broker/clients.h"
#include "tests/support/eventually.h"

namespace argosy::broker {
namespace {

using std::chrono::milliseconds;
using tasks::Lane;
using tasks::Queue;
using testing::eventually;

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

}  // namespace
}  // namespace argosy::broker
