// What the tests of the fan-out share: a task whose events the test tells one by one, the real process over a real Kafka, and clients.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "common/broker/producer.h"
#include "common/core/file.h"
#include "common/core/json.h"
#include "common/http/websocket_client.h"
#include "common/store/moves.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

namespace argosy::fanout {

// The value, or the test ends here.
template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(to_string(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// A task in Postgres, made and moved as the product does it. What happens to it is returned as numbered events and not published: that is
// the test's to do, or not.
class Story {
 public:
  Story(store::Database& db, OrgId org, std::string traceparent = {});
  // The events of one more finished step: `count` thoughts of `bytes` each, then its step_state.
  std::vector<tasks::Event> tell(int count, std::size_t bytes = 10);
  const TaskId& task() const { return task_; }
  std::int64_t head() const { return head_; }
  const std::vector<tasks::Event>& beginning() const { return beginning_; }

 private:
  std::vector<tasks::Event> finish(tasks::Queue queue, std::int16_t ordinal, std::vector<tasks::NewStep> added,
                                   std::vector<tasks::NewEvent> events);

  store::Database& db_;
  TaskId task_;
  WorkerId worker_;
  std::int64_t head_ = 0;
  std::int16_t next_step_ = 100;
  std::vector<tasks::Event> beginning_;
};

// A client that keeps what it read.
class Client {
 public:
  explicit Client(const std::string& url, const http::Headers& headers = {});
  // Reads until the event `seq` has come; all seqs in the order in which they came.
  std::vector<std::int64_t> read_until(std::int64_t seq);
  // The next message of that type; those before it are dropped.
  json::Value read_type(const std::string& type);
  const json::Value& hello() const { return hello_; }

 private:
  json::Value next();

  std::unique_ptr<http::WebSocketClient> socket_;
  json::Value hello_;
};

std::vector<std::int64_t> from_to(std::int64_t first, std::int64_t last);

class FanoutTest : public ::testing::Test {
 protected:
  FanoutTest();

  // Starts argosy-fanout and waits until it is ready; with a broker that is not there, until it listens.
  void start(const test::Environment& more = {}, bool with_kafka = true);
  std::string stream_url(const TaskId& task, const std::string& query = {}) const;
  std::string log_url(const TaskId& task, const std::string& query) const;
  void publish(const std::vector<tasks::Event>& events);
  // The status with which the upgrade is refused; 101 when it is not.
  int status_of(const std::string& url, const http::Headers& headers = {}) const;
  // A number of the process's /metrics.
  double metric(const std::string& name) const;

  testing::TestDatabase database_;
  std::unique_ptr<store::Database> db_ = database_.open();
  TempDir folder_;
  std::string brokers_;
  std::unique_ptr<broker::Producer> producer_;
  std::uint16_t port_ = 0;
  std::unique_ptr<test::Process> process_;
};

}  // namespace argosy::fanout
