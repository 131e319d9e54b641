// The stand-in for model vendors (tests/standins/model_server) under a test's hand: started on a free port, scripted, asked for its bill.
// What cannot be started throws std::runtime_error. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/core/child.h"
#include "common/core/file.h"
#include "common/core/json.h"

namespace argosy::test {

class ModelServer {
 public:
  explicit ModelServer(const std::vector<std::string>& arguments = {});  // starts it and waits until it listens

  std::uint16_t port() const { return port_; }
  // With the part of the path that belongs to an API's base URL: "/v1", or "" for Ollama.
  std::string url(const std::string& path = "/v1") const { return scheme_ + "://127.0.0.1:" + std::to_string(port_) + path; }
  pid_t pid() const { return child_.pid(); }

  // JSON, as tests/standins/model_server/README.md has it.
  void rules(const std::string& json) const { control("rules", json); }
  void reset() const { control("reset", "{}"); }
  json::Value bill() const { return control("bill"); }
  json::Value requests() const { return control("requests"); }
  // Once no call is open any more: how many were left by their clients in mid-answer.
  std::int64_t left_early() const { return control("idle").int_or("left_early", -1); }

 private:
  json::Value control(const std::string& what, const std::string& body = {}) const;

  TempDir folder_;
  Child child_;
  std::string scheme_ = "http";
  std::uint16_t port_ = 0;
};

}  // namespace argosy::test
