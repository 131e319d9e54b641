// The two processes that clients talk to are killed: ingest between its commit and its answer, the fan-out under an open stream.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "common/http/websocket_client.h"
#include "tests/chaos/world/world.h"
#include "tests/support/eventually.h"

namespace argosy::chaos {
namespace {

class KilledEdge : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { world_ = new World; }
  static void TearDownTestSuite() { delete world_; }
  static std::unique_ptr<http::WebSocketClient> connect(const std::string& task, std::int64_t from) {
    auto stream = http::WebSocketClient::connect(fmt::format("{}/ws/tasks/{}/stream?from={}", world_->fleet().ws_url(), task, from));
    EXPECT_TRUE(stream) << (stream ? "" : to_string(stream.error()));
    return stream ? std::move(*stream) : nullptr;
  }
  static std::size_t tasks_known() {
    const auto list = world_->fleet().request("GET", "/api/v1/tasks?limit=100");
    return list ? json::parse(list->body).value_or(json::Value()).array_or_empty("tasks").size() : 0;
  }
  static World* world_;
};
World* KilledEdge::world_ = nullptr;

TEST_F(KilledEdge, IngestKilledAfterTheCommitAnswersTheRepeatWithTheSameTask) {
  auto& fleet = world_->fleet();
  const auto before = tasks_known();
  fleet.kill9("ingest");
  fleet.start("ingest", {{"ARGOSY_FAILPOINTS_SPEC", "submit.after_commit=kill*1"}});
  const auto body = world_->body("said-twice");
  const auto lost = fleet.request("POST", "/api/v1/tasks", body, {{"Idempotency-Key", "said-twice"}});
  EXPECT_FALSE(lost) << "the answer came although ingest was to die before it";
  fleet.process("ingest").wait_exit();
  fleet.start("ingest");

  const auto task = fleet.submit(body, "said-twice");
  world_->expect_ended_well(task);
  EXPECT_EQ(tasks_known(), before + 1);
}

// Reads numbered events of one connection into `seen` until `done` says so or the connection ends.
void read_stream(http::WebSocketClient& stream, std::vector<std::int64_t>& seen, const std::function<bool()>& done) {
  while (!done()) {
    const auto message = stream.receive(testing::kPatience);
    if (!message || !*message) return;
    const auto event = json::parse(**message).value_or(json::Value());
    if (const auto seq = event.int_or("seq", 0); seq > 0) seen.push_back(seq);
  }
}

std::vector<std::int64_t> up_to(std::int64_t head) {
  std::vector<std::int64_t> all;
  for (std::int64_t seq = 1; seq <= head; ++seq) all.push_back(seq);
  return all;
}

TEST_F(KilledEdge, AStreamOverAKilledFanoutHasEachEventOnceAndInOrder) {
  auto& fleet = world_->fleet();
  const auto task = world_->submit("watched");
  std::vector<std::int64_t> seen;
  auto stream = connect(task, 0);
  ASSERT_TRUE(stream);
  read_stream(*stream, seen, [&] { return seen.size() >= 2; });
  fleet.kill9("fanout");
  read_stream(*stream, seen, [] { return false; });  // until the connection breaks
  fleet.start("fanout");

  world_->expect_ended_well(task);
  const auto head = static_cast<std::int64_t>(fleet.events(task).size());
  stream = connect(task, seen.back());
  ASSERT_TRUE(stream);
  read_stream(*stream, seen, [&] { return seen.back() >= head; });
  EXPECT_EQ(seen, up_to(head));
}

// Kafka brings the events of the others, so the stream has holes that only Postgres can fill.
TEST_F(KilledEdge, AStreamHasEventsThatKafkaNeverGot) {
  auto& fleet = world_->fleet();
  fleet.kill9("testing");
  fleet.start("testing", {{"ARGOSY_FAILPOINTS_SPEC", "produce.before=error"}});
  const auto task = world_->submit("half-told");
  std::vector<std::int64_t> seen;
  const auto stream = connect(task, 0);
  ASSERT_TRUE(stream);
  world_->expect_ended_well(task);
  const auto head = static_cast<std::int64_t>(fleet.events(task).size());
  read_stream(*stream, seen, [&] { return !seen.empty() && seen.back() >= head; });
  EXPECT_EQ(seen, up_to(head));
}

}  // namespace
}  // namespace argosy::chaos
