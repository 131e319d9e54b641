// Promises of the hub: what each client reads. Clients are sockets that keep what they were given; time is moved by hand.
#include "workers/fanout/hub.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/core/json.h"
#include "workers/fanout/frames.h"

namespace argosy::fanout {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class HandClock : public Clock {
 public:
  UnixMillis unix_ms() const override { return 0; }
  std::chrono::nanoseconds boot_time() const override { return now; }
  std::chrono::nanoseconds now = std::chrono::hours(1);
};

// A client that takes bytes when told to.
class Socket : public http::WebSocket {
 public:
  bool send(std::shared_ptr<const std::string> text) override {
    if (code != 0 || queued + text->size() > bound) return false;
    queued += reading ? 0 : text->size();
    frames.push_back(std::move(text));
    return true;
  }
  void close(int with, std::string_view why) override {
    code = with;
    reason = why;
  }
  std::size_t queued_bytes() const override { return queued; }

  // The seqs it was given, 0 for messages without one.
  std::vector<std::int64_t> seqs() const {
    std::vector<std::int64_t> all;
    for (const auto& frame : frames) all.push_back(json::parse(*frame)->int_or("seq", 0));
    return all;
  }
  std::vector<std::string> types() const {
    std::vector<std::string> all;
    for (const auto& frame : frames) all.push_back(json::parse(*frame)->string_or("type", ""));
    return all;
  }

  std::vector<std::shared_ptr<const std::string>> frames;
  std::size_t queued = 0, bound = 1 << 20;
  bool reading = true;
  int code = 0;
  std::string reason;
};

const TaskId kTask{Uuid::v7(1)};

tasks::Event event(std::int64_t seq, const TaskId& task = kTask, std::string data = "{}") {
  return {.task = task, .seq = seq, .at = 0, .type = "step_state", .data = std::move(data)};
}
std::vector<tasks::Event> events(std::int64_t first, std::int64_t last) {
  std::vector<tasks::Event> all;
  for (std::int64_t seq = first; seq <= last; ++seq) all.push_back(event(seq));
  return all;
}

class HubTest : public ::testing::Test {
 protected:
  struct Client {
    Hub::ClientId id;
    std::shared_ptr<Socket> socket;
  };
  // As the attach does it, with Postgres at `head`; `page` is what it has read.
  Client attach(std::int64_t from, std::int64_t head, const std::vector<tasks::Event>& page = {}, std::size_t bound = 1 << 20) {
    Client client{hub_.watch(kTask), std::make_shared<Socket>()};
    client.socket->bound = bound;
    hub_.head_known(kTask, head);
    join(client, from, head, page);
    return client;
  }
  void join(const Client& client, std::int64_t from, std::int64_t head, const std::vector<tasks::Event>& page) {
    hub_.join(client.id, client.socket, hello_frame({.task = kTask, .head = head, .from = from, .continuous = true, .history = "h"}), from,
              page);
  }
  void kafka(std::vector<tasks::Event> what) { hub_.offer(std::move(what)); }
  Hub::Work work() {
    hub_.wake();
    return hub_.take_work();
  }

  HandClock clock_;
  telemetry::Metrics metrics_;
  Hub hub_{clock_, metrics_, {.client_buffer_bytes = 4096}};
};

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
