// Promises of the hub: what each client reads. Clients are sockets that keep what they were given; time is moved by hand.
#include "workers/fanout/hub.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/fanout/hub_fixture.h"
#include "workers/fanout/frames.h"

namespace argosy::fanout {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(HubTest, TheHelloComesFirstThenHistoryThenLive) {
  const Client client = attach(1, 3, events(2, 3));
  kafka(events(4, 5));
  EXPECT_EQ(client.socket->types().front(), "hello");
  EXPECT_THAT(client.socket->seqs(), ElementsAre(0, 2, 3, 4, 5));
}

TEST_F(HubTest, EventsThatComeWhileTheClientAttachesAreNotLost) {
  const Client client{hub_.watch(kTask), std::make_shared<Socket>()};
  kafka(events(4, 4));  // after the watch, before the head was read
  hub_.head_known(kTask, 3);
  kafka(events(5, 5));  // after the read, before the connection is up
  join(client, 2, 3, events(3, 3));
  kafka(events(6, 6));
  EXPECT_THAT(client.socket->seqs(), ElementsAre(0, 3, 4, 5, 6));
}

TEST_F(HubTest, ClientsOfOneTaskShareTheBytes) {
  const Client one = attach(0, 0), other = attach(0, 0);
  kafka(events(1, 1));
  ASSERT_EQ(one.socket->frames.size(), 2u);
  EXPECT_EQ(one.socket->frames[1].get(), other.socket->frames[1].get());
}

TEST_F(HubTest, AClientReadsItsOwnTaskOnly) {
  const Client client = attach(0, 0);
  kafka({event(1, TaskId{Uuid::v7(2)})});
  EXPECT_THAT(client.socket->seqs(), ElementsAre(0));
}

TEST_F(HubTest, AHoleIsReadFromPostgresOnceForAllItsClients) {
  const Client one = attach(0, 0), other = attach(0, 0);
  kafka(events(2, 3));
  EXPECT_THAT(one.socket->seqs(), ElementsAre(0));
  clock_.now += milliseconds(20);
  const auto ranges = work().ranges;
  ASSERT_EQ(ranges.size(), 1u);
  EXPECT_EQ(ranges[0].task, kTask);
  EXPECT_EQ(ranges[0].after, 0);
  hub_.repaired(events(1, 3));
  EXPECT_THAT(one.socket->seqs(), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(other.socket->seqs(), ElementsAre(0, 1, 2, 3));
}

TEST_F(HubTest, ALostLastEventIsFoundByAskingForTheHead) {
  const Client client = attach(0, 0);
  kafka(events(1, 1));
  clock_.now += milliseconds(1100);
  const auto heads = work().heads;
  ASSERT_EQ(heads.size(), 1u);
  hub_.heads(heads, {{kTask, 2}});
  clock_.now += milliseconds(20);
  ASSERT_EQ(work().ranges.size(), 1u);
  hub_.repaired(events(2, 2));
  EXPECT_THAT(client.socket->seqs(), ElementsAre(0, 1, 2));
}

TEST_F(HubTest, APageThatIsAheadOfKafkaIsNotRepeatedByIt) {
  const Client ahead = attach(0, 0), other = attach(0, 0);
  hub_.repaired(events(1, 3));  // some hole was read, and more had come meanwhile
  kafka(events(1, 4));
  EXPECT_THAT(ahead.socket->seqs(), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(other.socket->seqs(), ElementsAre(0, 1, 2, 3, 4));
}

TEST_F(HubTest, ADatabaseThatKnowsLessThanWeDeliveredEndsTheStream) {
  const Client client = attach(0, 5);
  kafka(events(6, 7));
  clock_.now += milliseconds(1100);
  auto heads = work().heads;
  hub_.heads(heads, {{kTask, 5}});
  EXPECT_EQ(client.socket->code, 1012);
  EXPECT_THAT(client.socket->reason, HasSubstr("history"));
}

TEST_F(HubTest, AnAnswerThatIsOlderThanTheNewsEndsNothing) {
  const Client client = attach(0, 5, events(1, 5));
  clock_.now += milliseconds(1100);
  const auto heads = work().heads;
  kafka(events(6, 6));  // while the question was on its way
  hub_.heads(heads, {{kTask, 5}});
  EXPECT_EQ(client.socket->code, 0);
}

TEST_F(HubTest, RunningGoesToLiveStreamsWithoutASeqAndNotFromAnOlderLease) {
  const Client client = attach(0, 0);
  hub_.offer(broker::Running{.task = kTask, .step = 3, .epoch = 9, .attempt = 2, .queue = tasks::Queue::testing});
  hub_.offer(broker::Running{.task = kTask, .step = 3, .epoch = 8, .attempt = 1, .queue = tasks::Queue::testing});
  ASSERT_EQ(client.socket->frames.size(), 2u);
  EXPECT_EQ(*client.socket->frames[1], R"({"type":"running","data":{"step":3,"queue":"testing","attempt":2}})");
}

TEST_F(HubTest, LogLinesGoToTheClientsOfThatStepsLogOnly) {
  const Client stream = attach(0, 0);
  const auto log = std::make_shared<Socket>(), other = std::make_shared<Socket>();
  hub_.join_log(hub_.watch_log(kTask, 3), log, log_hello_frame(kTask, 3));
  hub_.join_log(hub_.watch_log(kTask, 4), other, log_hello_frame(kTask, 4));
  hub_.offer(tasks::LogChunk{.task = kTask, .step = 3, .epoch = 1, .attempt = 1, .offset = 0, .text = "hello\n"});
  hub_.offer(tasks::LogChunk{.task = kTask, .step = 3, .epoch = 1, .attempt = 1, .offset = 10, .text = "x"});
  EXPECT_THAT(log->types(), ElementsAre("hello", "log", "log_gap", "log"));
  EXPECT_EQ(*log->frames[2], R"({"type":"log_gap","data":{"step":3,"attempt":1,"from":6,"to":10}})");
  EXPECT_THAT(other->types(), ElementsAre("hello"));
  EXPECT_THAT(stream.socket->types(), ElementsAre("hello"));
}

TEST_F(HubTest, NothingIsKeptOfATaskThatNobodyWatches) {
  const Client client = attach(0, 0);
  const auto log = hub_.watch_log(kTask, 1);
  EXPECT_THAT(metrics_.render(), HasSubstr("argosy_fanout_tasks 1"));
  kafka(events(5, 5));
  hub_.leave(client.id);
  hub_.leave(log);
  hub_.leave(log);  // once is enough
  EXPECT_THAT(metrics_.render(), HasSubstr("argosy_fanout_tasks 0"));
  clock_.now += std::chrono::seconds(5);
  EXPECT_TRUE(work().empty());
  kafka(events(6, 6));
}

TEST_F(HubTest, TheDataOfAnEventPassesThroughAsItIs) {
  const Client client = attach(0, 0);
  kafka({event(1, kTask, R"({"step":3, "x":"é\n"})")});
  EXPECT_EQ(*client.socket->frames[1], R"({"type":"step_state","seq":1,"time":"1970-01-01T00:00:00.000Z","data":{"step":3, "x":"é\n"}})");
}

}  // namespace
}  // namespace argosy::fanout
