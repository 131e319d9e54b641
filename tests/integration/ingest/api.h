// A running argosy-ingest on a database of its own, and a client that records every answer, so that at the end all of them are held against
// schemas/openapi.yaml (check_answers.py).
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/core/file.h"
#include "common/core/json.h"
#include "common/http/client.h"
#include "common/store/moves.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

namespace argosy::ingest {

struct Answer {
  int status = 0;
  http::Headers headers;
  std::string text;
  json::Value body;  // null unless JSON

  std::string problem() const { return body.string_or("type", ""); }
  std::string pointer() const { return body.string_or("pointer", ""); }
  std::string header(std::string_view name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

// Where all recorded answers go; checked and removed by the environment in api.cc.
void record(const std::string& method, const std::string& target, const std::string& request, const Answer& answer);

class Api : public ::testing::Test {
 protected:
  static constexpr const char* kRepository = "org/library";

  // Starts ingest and waits until it is ready. What `environment` names wins.
  void start(test::Environment environment = {});
  void stop();
  std::uint16_t port() const { return port_; }
  test::Process& process() { return *process_; }
  testing::TestDatabase& database() { return database_; }
  store::Database& db();

  // One request; `token` is sent as a bearer token when there is one.
  Answer call(const std::string& method, const std::string& target, const std::string& body = {}, http::Headers headers = {});
  Answer get(const std::string& target, http::Headers headers = {}) { return call("GET", target, {}, std::move(headers)); }
  Answer post(const std::string& target, const json::Value& body, http::Headers headers = {}) {
    return call("POST", target, json::dump(body), std::move(headers));
  }
  void add_repository();
  // A task that deletes a file; returns its id.
  std::string submit(json::Object more = {}, http::Headers headers = {});
  static json::Object task_body(json::Object more = {});

  std::string token_;

 private:
  testing::TestDatabase database_;
  std::unique_ptr<store::Database> db_;
  TempDir folder_;
  std::optional<test::Process> process_;
  std::uint16_t port_ = 0;
  int starts_ = 0;
};

}  // namespace argosy::ingest
