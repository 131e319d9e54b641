// The same streams read in three ways: by the model layer, by bare sockets, by a vendor's Python SDK. Each reads kStreams at the same time
// and says what it cost.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/core/error.h"

namespace argosy::bench {

struct Reading {
  std::int64_t events = 0;
  double cpu_ms = 0;               // of the reading process, user and system
  double kb_per_stream = 0;        // at its highest, above the idle process
  std::vector<double> first_ms{};  // from the moment the first event was sent to the moment it was seen, sorted

  double cpu_ms_per_1000() const { return cpu_ms * 1000 / static_cast<double>(events); }
  double first_at(double part) const { return first_ms[static_cast<std::size_t>(part * static_cast<double>(first_ms.size() - 1))]; }
};

// `url` is the base URL, up to and with "/v1".
Result<Reading> read_with_argosy(const std::string& url, const std::string& ca_file = {});
// All streams are cancelled when each has begun: the longest time from there to the end of a call, its connection closed.
Result<double> slowest_cancel_ms(const std::string& url);
Result<Reading> read_with_sockets(std::uint16_t port);
// Installs the SDK into a virtual environment in `folder` first, once.
Result<Reading> read_with_sdk(const std::string& url, const std::string& folder);

}  // namespace argosy::bench
