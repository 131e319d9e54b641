// Producers and consumers of a real Kafka for tests, each test with a group of its own.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "common/broker/admin.h"
#include "common/broker/consumer.h"
#include "common/broker/dispatch.h"

namespace argosy::broker {

inline constexpr std::chrono::milliseconds kTimeout{60'000};

// Another group for each test and each run: the shared broker keeps what was committed.
inline KafkaOptions options(const std::string& brokers) {
  return {.brokers = brokers, .client_id = "test", .extra = {{"group.id", "test-" + Uuid::v4().to_string()}}};
}

inline KafkaOptions without_group(KafkaOptions options) {
  options.extra.erase("group.id");
  options.extra["message.timeout.ms"] = "60000";  // a lost hint is no fault, but it would end these tests
  return options;
}

inline std::unique_ptr<Producer> make_producer(const KafkaOptions& options) {
  auto made = Producer::create(without_group(options));
  EXPECT_TRUE(made) << to_string(made.error());
  return std::move(*made);
}

inline std::unique_ptr<DispatchConsumer> make_consumer(const KafkaOptions& options, tasks::Queue queue) {
  auto made = DispatchConsumer::create(options, queue);
  EXPECT_TRUE(made) << to_string(made.error());
  return std::move(*made);
}

inline tasks::ReadyStep ready(const TaskId& task, int ordinal, tasks::Queue queue, tasks::Lane lane = tasks::Lane::normal) {
  return {.ref = {task, static_cast<std::int16_t>(ordinal)}, .queue = queue, .lane = lane, .traceparent = ""};
}

// Takes what is there and marks it done; adds this task's steps to `seen`.
inline std::size_t take(DispatchConsumer& consumer, const TaskId& task, std::set<StepRef>& seen) {
  std::size_t mine = 0;
  for (const auto& message : consumer.poll(64, std::chrono::milliseconds(100))) {
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

}  // namespace argosy::broker
