#include "tests/integration/fanout/fixture.h"

#include <fmt/format.h>

#include <cstdlib>
#include <numeric>

#include "common/broker/admin.h"
#include "common/core/clock.h"
#include "common/core/crypto.h"
#include "common/core/ports.h"
#include "common/core/text.h"
#include "common/http/client.h"
#include "common/store/queries.h"

namespace argosy::fanout {
namespace {

constexpr std::int16_t kStepsOfAStory = 40;

tasks::NewStep step(std::int16_t ordinal, tasks::Queue queue) {
  return {.ordinal = ordinal, .queue = queue, .kind = "change", .title = fmt::format("step {}", ordinal), .payload = "{}"};
}

std::string broker_from_environment() {
  const char* brokers = std::getenv("ARGOSY_TEST_KAFKA_BROKERS");
  if (brokers == nullptr) throw std::runtime_error("run this under tests/with-services: ARGOSY_TEST_KAFKA_BROKERS is not set");
  return brokers;
}

}  // namespace

Story::Story(store::Database& db, OrgId org, std::string traceparent)
    : db_(db), task_{Uuid::v7(system_clock().unix_ms())}, worker_{Uuid::v4()} {
  must(store::put_repository(db, {.org = org, .id = "org/name", .url = "https://example.org/x", .default_branch = "main"}));
  const auto submitted = must(store::submit(db, {{.id = task_,
                                                  .org = org,
                                                  .repository_id = "org/name",
                                                  .kind = "delete_file",
                                                  .context = "{}",
                                                  .request = "{}",
                                                  .traceparent = std::move(traceparent),
                                                  .created_by = "tester",
                                                  .steps = {step(0, tasks::Queue::planning)},
                                                  .body_sha256 = crypto::sha256("x"),
                                                  .response = "{}"}}));
  beginning_ = submitted.at(0).events;
  must(store::renew(db, {.worker = worker_, .queue = std::nullopt, .host = "here", .lease = std::chrono::hours(1)}));
  std::vector<tasks::NewStep> steps;
  for (std::int16_t i = 0; i < kStepsOfAStory; ++i) steps.push_back(step(static_cast<std::int16_t>(100 + i), tasks::Queue::codegen));
  const auto planned = finish(tasks::Queue::planning, 0, steps, {});
  beginning_.insert(beginning_.end(), planned.begin(), planned.end());
}

std::vector<tasks::Event> Story::tell(int count, std::size_t bytes) {
  std::vector<tasks::NewEvent> events(static_cast<std::size_t>(count), tasks::agent_thought("codegen", std::string(bytes, 'x'), 0));
  return finish(tasks::Queue::codegen, next_step_++, {}, std::move(events));
}

std::vector<tasks::Event> Story::finish(tasks::Queue queue, std::int16_t ordinal, std::vector<tasks::NewStep> added,
                                        std::vector<tasks::NewEvent> events) {
  const auto claimed = must(store::claim(db_, worker_, queue, {{.ref = {task_, ordinal}, .claim_id = Uuid::v4()}}, true));
  auto finished = must(store::finish(db_, worker_,
                                     {{.ref = {task_, ordinal},
                                       .lease_epoch = claimed.at(0).lease_epoch,
                                       .output = "{}",
                                       .added = std::move(added),
                                       .events = std::move(events),
                                       .started_at = 1,
                                       .finished_at = 2}}));
  head_ = finished.events.back().seq;
  return std::move(finished.events);
}

Client::Client(const std::string& url, const http::Headers& headers)
    : socket_(must(http::WebSocketClient::connect(url, headers))), hello_(next()) {}

json::Value Client::next() {
  const auto text = must(socket_->receive(testing::kPatience));
  if (!text) throw std::runtime_error("nothing came");
  return must(json::parse(*text));
}

std::vector<std::int64_t> Client::read_until(std::int64_t seq) {
  std::vector<std::int64_t> seqs;
  while (seqs.empty() || seqs.back() != seq) {
    const json::Value message = next();
    if (message.find("seq") != nullptr) seqs.push_back(message.int_or("seq", 0));
  }
  return seqs;
}

json::Value Client::read_type(const std::string& type) {
  json::Value message = next();
  while (message.string_or("type", "") != type) message = next();
  return message;
}

std::vector<std::int64_t> from_to(std::int64_t first, std::int64_t last) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(last - first + 1));
  std::iota(all.begin(), all.end(), first);
  return all;
}

FanoutTest::FanoutTest()
    : brokers_(broker_from_environment()), producer_(must(broker::Producer::create({.brokers = brokers_, .client_id = "fanout-test"}))) {
  must(broker::ensure_topics({.brokers = brokers_, .client_id = "fanout-test"}, {}, std::chrono::seconds(30)));
}

void FanoutTest::start(const test::Environment& more, bool with_kafka) {
  port_ = must(free_port());
  test::ProcessOptions options{.program = "argosy-fanout", .log = folder_.path() / "fanout.log", .health_port = port_};
  options.environment = {{"ARGOSY_POSTGRES_URL", database_.url()},
                         {"ARGOSY_KAFKA_BROKERS", with_kafka ? brokers_ : "127.0.0.1:1"},
                         {"ARGOSY_WS_PORT", fmt::to_string(port_)},
                         {"ARGOSY_LOG_FORMAT", "json"}};
  for (const auto& [name, value] : more) options.environment[name] = value;
  process_ = std::make_unique<test::Process>(options);
  if (with_kafka)
    process_->wait_ready();
  else
    ASSERT_TRUE(process_->wait_log("listening"));
}

std::string FanoutTest::stream_url(const TaskId& task, const std::string& query) const {
  return fmt::format("ws://127.0.0.1:{}/ws/tasks/{}/stream{}", port_, task.to_string(), query);
}

std::string FanoutTest::log_url(const TaskId& task, const std::string& query) const {
  return fmt::format("ws://127.0.0.1:{}/ws/tasks/{}/logs{}", port_, task.to_string(), query);
}

void FanoutTest::publish(const std::vector<tasks::Event>& events) {
  producer_->publish(events, "test");
  ASSERT_TRUE(producer_->flush(testing::kPatience));
}

int FanoutTest::status_of(const std::string& url, const http::Headers& headers) const {
  const auto socket = http::WebSocketClient::connect(url, headers);
  if (socket) return 101;
  const auto details = json::parse(socket.error().details);
  return details ? static_cast<int>(details->int_or("status", 0)) : 0;
}

double FanoutTest::metric(const std::string& name) const {
  const auto answer = must(http::fetch({.url = fmt::format("http://127.0.0.1:{}/metrics", port_)}));
  for (const std::string_view line : text::lines(answer.body)) {
    if (line.starts_with(name + " ")) return std::stod(std::string(line.substr(name.size() + 1)));
  }
  return -1;
}

}  // namespace argosy::fanout
