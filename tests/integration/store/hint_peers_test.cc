// Who listens for datagrams: what the other processes are told of it.
#include "common/store/hint_peers.h"

#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using tasks::Queue;

class HintPeers : public StoreTest {
 protected:
  static HintListener at(const WorkerId& worker, const std::string& address) { return {worker, address, {"\0\xff 8bytes", 8}}; }
  // As an ingest asks, which listens nowhere.
  std::vector<HintPeer> seen_from(const std::string& host) { return must(hint_peers(*db, host, {})); }
};

TEST_F(HintPeers, AWorkerIsFoundWhereItSaidThatItListens) {
  const auto self = at(worker(Queue::git), "10.0.0.7:9100");
  const auto own = must(hint_peers(*db, "here", self));
  ASSERT_EQ(own.size(), 1u) << "it knows itself at once";
  const auto seen = seen_from("there");
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].queue, Queue::git);
  EXPECT_EQ(seen[0].address, self.address);
  EXPECT_EQ(seen[0].key, self.key);
}

TEST_F(HintPeers, WhoDoesNotListenIsNoPeer) {
  const auto deaf = worker(Queue::git);
  EXPECT_TRUE(must(hint_peers(*db, "here", {.worker = deaf})).empty());
}

TEST_F(HintPeers, TheDeadAreGoneWithTheirLease) {
  must(hint_peers(*db, "here", at(worker(Queue::git), "10.0.0.7:9100")));
  database.query("UPDATE worker SET alive_until = clock_timestamp()");
  EXPECT_TRUE(seen_from("here").empty());
}

TEST_F(HintPeers, AnotherMachinesLoopbackIsNotReached) {
  must(hint_peers(*db, "here", at(worker(Queue::git), "127.0.0.1:9100")));
  must(hint_peers(*db, "here", at(worker(Queue::testing), "[::1]:9100")));
  EXPECT_TRUE(seen_from("there").empty());
  EXPECT_EQ(seen_from("here").size(), 2u);
}

TEST_F(HintPeers, ItsRowIsWrittenOnceAndAgainWhenItWasLost) {
  const auto self = at(worker(Queue::git), "10.0.0.7:9100");
  must(hint_peers(*db, "here", self));
  const auto written = database.value("SELECT xmin FROM worker");
  must(hint_peers(*db, "here", self));
  EXPECT_EQ(database.value("SELECT xmin FROM worker"), written);

  database.query("DELETE FROM worker");
  renew_as(self.worker, Queue::git, {});
  EXPECT_TRUE(seen_from("here").empty());
  must(hint_peers(*db, "here", self));
  EXPECT_EQ(seen_from("here").size(), 1u);
}

TEST_F(HintPeers, ARenewalKeepsTheAddress) {
  const auto self = at(worker(Queue::git), "10.0.0.7:9100");
  must(hint_peers(*db, "here", self));
  renew_as(self.worker, Queue::git, {});
  EXPECT_EQ(seen_from("here").size(), 1u);
}

TEST_F(HintPeers, OfManyABoundedNumberAndEveryQueueHasItsOwn) {
  must(hint_peers(*db, "here", at(worker(Queue::git), "10.0.0.7:9100")));
  for (int i = 0; i < 40; ++i) must(hint_peers(*db, "here", at(worker(Queue::codegen), "10.0.0.8:" + std::to_string(9100 + i))));
  const auto seen = seen_from("here");
  EXPECT_EQ(std::ranges::count(seen, Queue::codegen, &HintPeer::queue), 32);
  EXPECT_EQ(std::ranges::count(seen, Queue::git, &HintPeer::queue), 1);
}

}  // namespace
}  // namespace argosy::store
