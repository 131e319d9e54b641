// Anybody who can reach Kafka can write to its topics: what is no message, and what is a lie.
#include <gtest/gtest.h>

#include "common/broker/dispatch.h"
#include "common/broker/producer.h"
#include "common/tasks/queue.h"
#include "tests/chaos/world/world.h"
#include "tests/support/database.h"
#include "tests/support/eventually.h"

namespace argosy::chaos {
namespace {

// Every dispatch topic is told that every step of the task is ready, and gets bytes that are no message in between. One key, so one
// partition: once the poison is noted, the lies before it were read too.
void spoil(broker::Producer& producer, const broker::Dispatch& lie) {
  for (const auto queue : tasks::kQueues) {
    for (const auto lane : tasks::kLanes) {
      const auto topic = tasks::topic(queue, lane);
      producer.send(topic, "bad", broker::encode(lie));
      producer.send(topic, "bad", "{\"v\":1, and then nothing");
      producer.send(topic, "bad", broker::encode(lie));
    }
  }
  ASSERT_TRUE(producer.flush(testing::kPatience));
}

TEST(BadMessages, PoisonAndForgedDispatchesOnEveryTopicHarmNoTask) {
  World world;
  auto& fleet = world.fleet();
  fleet.kill9("testing");  // so that the task stands still with steps done (stale), ready elsewhere (wrong queue) and blocked (too early)
  const auto task = world.submit("lied-about");
  testing::SqlSession rows(world.postgres().url());
  const auto ready = "SELECT count(*) FROM step WHERE state = 'ready' AND task_id = '" + task + "' AND ordinal >= 100";
  const auto done = "SELECT count(*) FROM step WHERE state = 'succeeded' AND task_id = '" + task + "'";
  ASSERT_TRUE(testing::eventually([&] { return rows.value(done) == "3" && rows.value(ready) == "1"; }));

  auto producer = broker::Producer::create({.brokers = world.kafka().brokers(), .client_id = "a-liar"});
  ASSERT_TRUE(producer);
  broker::Dispatch lie;
  lie.steps.push_back({TaskId{Uuid::v4()}, 0});  // of a task that never was
  for (const auto& row : rows.query("SELECT ordinal FROM step WHERE task_id = '" + task + "' ORDER BY ordinal"))
    lie.steps.push_back({*TaskId::parse(task), static_cast<std::int16_t>(std::stoi(row[0]))});
  ASSERT_EQ(lie.steps.size(), 7u);  // that one, a plan, a notification, two edits, a test, a push
  spoil(**producer, lie);
  const std::string buried = "SELECT count(DISTINCT topic) FROM poison WHERE topic NOT LIKE '%.testing.%' AND topic <> 'argosy.events'";
  EXPECT_TRUE(testing::eventually([&] { return rows.value(buried) == "12"; })) << rows.value(buried) << " topics' poison was noted";

  // Again and again: the fan-out reads from where it began, and nobody is told when that was.
  EXPECT_TRUE(testing::eventually([&] {
    (*producer)->send(std::string(tasks::kEventsTopic), "bad", "no event either");
    return rows.value("SELECT count(*) FROM poison WHERE topic = 'argosy.events'") != "0";
  }));

  fleet.start("testing");
  const std::string noted = "SELECT count(DISTINCT topic) FROM poison WHERE topic <> 'argosy.events'";
  EXPECT_TRUE(testing::eventually([&] { return rows.value(noted) == "15"; })) << rows.value(noted) << " topics' poison was noted";
  world.expect_ended_well(task);
  for (const auto queue : tasks::kQueues) world.expect_ran_once(task, tasks::to_string(queue));
  EXPECT_EQ(rows.value("SELECT count(*) FROM poison WHERE topic <> 'argosy.events'"), "15") << "each was noted once";
  // Lies are passed over: a refused call would take the true dispatches with it that it claimed at the same time.
  for (const auto queue : tasks::kQueues)
    EXPECT_EQ(fleet.process(tasks::to_string(queue)).log().find("a claim was refused"), std::string::npos) << tasks::to_string(queue);
}

}  // namespace
}  // namespace argosy::chaos
