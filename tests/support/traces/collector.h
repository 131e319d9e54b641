// The stand-in for collectors of traces and of reports of errors (tests/standins/collector) under a test's hand. What cannot be started
// throws std::runtime_error. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/core/child.h"
#include "common/core/file.h"
#include "common/core/json.h"

namespace argosy::test {

class Collector {
 public:
  // Starts it and waits until it listens. The first one on a machine waits for its tool, too.
  explicit Collector(std::uint16_t port = 0);

  std::uint16_t port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  json::Array spans() const { return control("spans"); }
  json::Array spans_of(const std::string& trace_id) const;
  json::Array envelopes() const { return control("envelopes"); }
  json::Array refused() const { return control("refused"); }  // what was wrong with requests that it could not read
  // What the next `times` requests are answered; of those that are taken, so many spans are said to be rejected.
  void answer(int status, int times, int rejected = 0) const;

 private:
  json::Array control(const std::string& what) const;

  TempDir folder_;
  std::optional<Child> child_;
  std::uint16_t port_ = 0;
};

}  // namespace argosy::test
