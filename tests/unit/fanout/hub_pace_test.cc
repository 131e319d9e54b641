// Promises of the hub to clients that read slowly, come back, or meet a database that is behind: time is moved by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/fanout/hub_fixture.h"
#include "workers/fanout/hub.h"

namespace argosy::fanout {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(HubTest, ALongHistoryComesPageByPageAsTheClientTakesIt) {
  const Client client = attach(0, 100, events(1, 30));
  EXPECT_FALSE(client.socket->seqs().empty());
  std::int64_t last = client.socket->seqs().back();
  for (int round = 0; round < 20 && last < 100; ++round) {
    const auto ranges = work().ranges;
    ASSERT_EQ(ranges.size(), 1u);
    EXPECT_EQ(ranges[0].after, last);
    hub_.repaired(events(last + 1, std::min<std::int64_t>(100, last + 30)));
    last = client.socket->seqs().back();
  }
  kafka(events(101, 101));
  const auto seqs = client.socket->seqs();
  ASSERT_EQ(seqs.size(), 102u);
  for (std::size_t i = 0; i < seqs.size(); ++i) EXPECT_EQ(seqs[i], static_cast<std::int64_t>(i));
}

TEST_F(HubTest, HistoryWaitsForAClientThatReadsSlowlyAndClosesIfItNeverDoes) {
  const Client client{hub_.watch(kTask), std::make_shared<Socket>()};
  client.socket->reading = false;
  hub_.head_known(kTask, 200);
  join(client, 0, 200, events(1, 200));
  const std::size_t given = client.socket->frames.size();
  EXPECT_LE(client.socket->queued, 4096u);
  EXPECT_LT(given, 200u);
  EXPECT_THAT(work().ranges, IsEmpty());  // more than half of its queue is full
  EXPECT_EQ(client.socket->code, 0);
  client.socket->queued = 0;
  EXPECT_EQ(work().ranges.size(), 1u);
  clock_.now += std::chrono::seconds(61);
  work();
  EXPECT_EQ(client.socket->code, 1008);
}

TEST_F(HubTest, ALiveClientThatCannotKeepUpIsClosedWithItsLastSeq) {
  const Client slow = attach(0, 0), quick = attach(0, 0);
  slow.socket->reading = false;
  slow.socket->bound = 4096;
  for (std::int64_t seq = 1; seq <= 200; ++seq) kafka(events(seq, seq));
  EXPECT_EQ(slow.socket->code, 1008);
  const std::int64_t last = slow.socket->seqs().back();
  EXPECT_EQ(slow.socket->reason, "too slow; last_seq=" + std::to_string(last));
  EXPECT_EQ(quick.socket->seqs().back(), 200);  // the others go on
  EXPECT_THAT(metrics_.render(), HasSubstr("argosy_fanout_slow_clients_total 1"));
}

TEST_F(HubTest, ABurstLargerThanTheQueueIsReadFromPostgresAtTheClientsPace) {
  const Client client = attach(0, 0);
  client.socket->reading = false;
  client.socket->bound = 4096;
  kafka(events(1, 200));
  EXPECT_EQ(client.socket->code, 0);
  EXPECT_LE(client.socket->queued, 4096u);
  EXPECT_THAT(work().ranges, IsEmpty());  // its queue is full
  client.socket->reading = true;
  client.socket->queued = 0;
  const std::int64_t last = client.socket->seqs().back();
  const auto ranges = work().ranges;
  ASSERT_EQ(ranges.size(), 1u);
  EXPECT_EQ(ranges[0].after, last);
  hub_.repaired(events(last + 1, 200));
  kafka(events(201, 201));
  const auto seqs = client.socket->seqs();
  ASSERT_EQ(seqs.size(), 202u);
  for (std::size_t i = 0; i < seqs.size(); ++i) EXPECT_EQ(seqs[i], static_cast<std::int64_t>(i));
}

TEST_F(HubTest, AClientThatCatchesUpIsNotDrownedByWhatItMissedMeanwhile) {
  const Client client{hub_.watch(kTask), std::make_shared<Socket>()};
  client.socket->bound = 4096;
  client.socket->reading = false;
  hub_.head_known(kTask, 10);
  kafka(events(11, 110));  // held for it: more than its queue takes
  join(client, 0, 10, events(1, 10));
  EXPECT_EQ(client.socket->code, 0);
  EXPECT_LE(client.socket->queued, 4096u);
}

TEST_F(HubTest, AClientThatComesBackWithItsLastSeqMissesNothingAndReadsNothingTwice) {
  const Client first = attach(0, 0);
  kafka(events(1, 4));
  hub_.leave(first.id);
  kafka(events(5, 6));
  const Client again = attach(4, 6, events(5, 6));
  kafka(events(6, 8));
  EXPECT_THAT(again.socket->seqs(), ElementsAre(0, 5, 6, 7, 8));
}

}  // namespace
}  // namespace argosy::fanout
