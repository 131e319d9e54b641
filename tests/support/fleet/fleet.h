// All processes of the product over a Postgres and a Kafka that the test names: one ingest, fanout and scheduler, the five workers. Each
// can be killed and started again, with failpoints if the test wants. What cannot be started throws std::runtime_error. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/file.h"
#include "common/core/json.h"
#include "common/http/message.h"
#include "tests/support/process.h"

namespace argosy::test {

inline constexpr std::string_view kAllProcesses[] = {"scheduler", "planning",      "codegen", "testing",
                                                     "git",       "notifications", "fanout",  "ingest"};

struct FleetOptions {
  std::string postgres_url, kafka_brokers;
  Environment environment{};  // more ARGOSY_* for all processes
};

class Fleet {
 public:
  explicit Fleet(FleetOptions options);  // migrates the database; starts nothing yet
  ~Fleet();                              // kills what runs; when the test failed, the logs' ends are printed

  void start_all();
  // Starts one, with `more` in its environment (ARGOSY_FAILPOINTS_SPEC, ...), and waits until it is ready.
  void start(std::string_view name, const Environment& more = {});
  Process& process(std::string_view name);
  bool runs(std::string_view name);
  void kill9(std::string_view name) { process(name).kill9(); }

  // One request to the API. Errors of the connection are Results; every status is an answer.
  Result<http::Response> request(const std::string& method, const std::string& path, const json::Value& body = {},
                                 http::Headers headers = {}) const;
  // Registers a repository; throws unless it is accepted.
  void add_repository(const std::string& id, const std::string& url, const std::string& test_command = "") const;
  // Submits a task, again and again under one key until it is answered, as a client would; the task's id.
  std::string submit(const json::Value& body, const std::string& key) const;
  // The API's answer about the task once it is terminal; throws with its last answer after `timeout`.
  json::Value wait_terminal(const std::string& task_id, std::chrono::milliseconds timeout = std::chrono::minutes(2)) const;
  // All numbered events of a task, in order.
  std::vector<json::Value> events(const std::string& task_id) const;

  std::string api_url() const;
  std::string ws_url() const;
  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  Environment environment_of(std::string_view name) const;
  std::filesystem::path log_of(std::string_view name) const;

  FleetOptions options_;
  TempDir folder_;
  std::uint16_t api_port_, ws_port_;
  std::map<std::string, Process, std::less<>> processes_;
};

}  // namespace argosy::test
