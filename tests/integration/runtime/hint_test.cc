// Ready steps by datagram, beside Kafka: quicker where it works, and nothing but time where it does not.
#include <fmt/format.h>
#include <sys/socket.h>

#include "common/core/text.h"
#include "common/runtime/connect.h"
#include "common/store/hint_peers.h"
#include "common/store/steering.h"
#include "tests/integration/runtime/worker_fixture.h"
#include "tests/support/fleet/kafka.h"

namespace argosy::runtime {
namespace {

using argosy::testing::eventually;

class HintTest : public WorkerTest {
 protected:
  ~HintTest() override { ::close(socket_); }

  // One that hears nothing from Kafka: its consumer knows no broker.
  std::unique_ptr<RunningWorker> deaf_worker(ToyHandler& handler) {
    return std::make_unique<RunningWorker>(
        settings(),
        WorkerOptions{
            .queue = kQueue, .default_slots = 4, .kafka_properties = {{"group.id", group_}, {"bootstrap.servers", "127.0.0.1:1"}}},
        handler);
  }

  // Where the worker listens, as soon as the database knows.
  store::HintPeer peer() {
    std::vector<store::HintPeer> found;
    EXPECT_TRUE(eventually([&] {
      found = store::hint_peers(*db_, host_name(), {}).value_or(found);
      return !found.empty();
    }));
    return found.empty() ? store::HintPeer{} : found.front();
  }
  void send(const store::HintPeer& to, const StepRef& step) {
    const auto address = SocketAddress::parse(to.address);
    const auto datagram = encode_hint(to.key, {{step, tasks::Lane::normal}});
    ASSERT_TRUE(address);
    ::sendto(socket_, datagram.data(), datagram.size(), 0, address->data(), address->size());
  }
  static bool shows(RunningWorker& worker, const std::string& metric) {
    return eventually([&] { return worker.process().metrics().render().find(metric) != std::string::npos; });
  }

  ToyHandler handler_{[](const Step&, StepContext&) { return StepResult{}; }};
  int socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

TEST_F(HintTest, AStepThatAFinishMakesReadyIsClaimedThoughKafkaBringsNothing) {
  ToyHandler handler([](const Step& step, StepContext&) -> Result<StepResult> {
    StepResult result;
    if (step.ref.ordinal == 0) {
      result.added = {{.ordinal = 100, .queue = kQueue, .kind = "toy", .title = "next", .payload = "{}", .depends_on = {0}}};
    }
    return result;
  });
  const auto worker = deaf_worker(handler);
  const auto to = peer();
  // A datagram may be lost, and the first ones are when the worker does not know itself yet: some task gets through.
  EXPECT_TRUE(eventually([&] {
    send(to, {submit_silently(), 0});
    return database_.value("SELECT count(*) > 0 FROM step WHERE ordinal = 100 AND state = 'succeeded'") == "t";
  }));
}

TEST_F(HintTest, AnIngestTellsOfWhatWasSubmitted) {
  const auto worker = deaf_worker(handler_);
  peer();
  const auto own = settings();
  announcer().hint_with(hint_sender(own, std::shared_ptr<store::Database>(database_.open(1)), worker->process()));
  EXPECT_TRUE(eventually([&] {
    submit();
    return database_.value("SELECT count(*) > 0 FROM step WHERE state = 'succeeded'") == "t";
  }));
}

TEST_F(HintTest, ADatagramWithAnotherKeyDoesNothing) {
  const auto worker = deaf_worker(handler_);
  auto liar = peer();
  liar.key = "forgery!";
  const StepRef step{submit_silently(), 0};
  send(liar, step);
  ASSERT_TRUE(shows(*worker, "argosy_hints_received_total{result=\"refused\"} 1"));
  EXPECT_EQ(worker->stop(), 0);
  EXPECT_EQ(step_state(step), "ready");
  EXPECT_EQ(handler_.runs(step), 0);
}

TEST_F(HintTest, ADatagramForAStepThatIsNotReadyDoesNothing) {
  const auto worker = deaf_worker(handler_);
  const auto to = peer();
  const StepRef step{submit_silently(), 0};
  ASSERT_TRUE(store::pause(*db_, kDefaultOrg, step.task, "test"));
  ASSERT_EQ(step_state(step), "waiting");
  send(to, step);
  ASSERT_TRUE(shows(*worker, "argosy_claims_total{queue=\"codegen\"} 1"));
  EXPECT_EQ(worker->stop(), 0);
  EXPECT_EQ(step_state(step), "waiting");
  EXPECT_EQ(handler_.runs(step), 0);
}

// On a Kafka of its own, where nobody else's dispatches are claimed for nothing.
class HintTwin : public HintTest {
 protected:
  // The number after `name` in the worker's metrics; -1 when it is not there.
  static std::int64_t metric(RunningWorker& worker, const std::string& name) {
    const auto text = worker.process().metrics().render();
    const auto at = text.find("\n" + name);
    const auto from = at + 1 + name.size();
    return at == std::string::npos ? -1 : text::to_int(text.substr(from, text.find('\n', from) - from)).value_or(-1);
  }

  void SetUp() override {
    brokers_ = kafka_.brokers();
    WorkerTest::SetUp();
  }
  test::OwnKafka kafka_;
};

TEST_F(HintTwin, TheDispatchOfAStepThatCameByDatagramCostsNoClaim) {
  const auto worker = this->worker(handler_);
  ASSERT_TRUE(settled({submit(), 0}, "succeeded")) << "from now on Kafka is quick";
  const auto claims = [&] { return metric(*worker, "argosy_claims_total{queue=\"codegen\"} "); };
  // A Kafka that has just started may bring its first message twice, which costs a claim of its own: in a later round it does not. Without
  // the memory of twins every round costs two.
  int round = 0;
  EXPECT_TRUE(eventually([&] {
    const auto before = claims();
    const StepRef step{submit_silently(), 0};
    send(peer(), step);
    EXPECT_TRUE(settled(step, "succeeded"));
    hint(step);
    EXPECT_TRUE(shows(*worker, fmt::format("argosy_hint_twins_total{{queue=\"codegen\"}} {}", ++round)));
    return claims() - before == 1;
  }));
  EXPECT_EQ(worker->stop(), 0);
}

TEST_F(HintTest, AStepThatCameByDatagramIsTriedAgainWithItsNextDispatch) {
  std::atomic<int> runs = 0;
  ToyHandler handler([&](const Step& step, StepContext&) -> Result<StepResult> {
    if (step.payload == "twice" && ++runs == 1) return fail_transient("later", "not yet");
    return StepResult{};
  });
  const auto worker = this->worker(handler);
  ASSERT_TRUE(settled({submit(), 0}, "succeeded")) << "from now on Kafka is quick";
  const StepRef step{submit_silently(tasks::Lane::normal, kQueue, "twice"), 0};
  send(peer(), step);
  EXPECT_TRUE(settled(step, "succeeded"));
  EXPECT_EQ(step_column(step, "announces"), "0") << "its dispatch was passed over, and it had to be announced again";
}

}  // namespace
}  // namespace argosy::runtime
