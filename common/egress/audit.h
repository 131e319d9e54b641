// One record a connection of the egress proxy, allowed or refused: whoever reviews a set-up sees what was reached, and what was tried.
// Paths and queries are not in it. Values; the sink is called on the proxy's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "common/core/clock.h"
#include "common/core/json.h"

namespace argosy::egress {

struct AuditEvent {
  UnixMillis at = 0;  // when it was accepted
  std::string host;   // as parsed; empty when that failed
  std::uint16_t port = 0;
  std::string address;  // that was dialled; empty when none was
  bool allowed = false;
  std::string reason;  // why it was refused or cut; empty when it ended by itself
  std::int64_t bytes_up = 0, bytes_down = 0;
  std::chrono::milliseconds duration{};
};

// {at, host, port, address, verdict, reason, bytes_up, bytes_down, duration_ms}, redacted.
json::Object to_json(const AuditEvent& event);

// Every reason there is, in the order of their names: what figures by reason may be called.
std::span<const std::string_view> reasons();

// Must not block for long: all connections of the proxy wait meanwhile.
using AuditSink = std::function<void(const AuditEvent&)>;

// What a proxy has seen so far.
struct Totals {
  std::int64_t connections = 0, allowed = 0, refused = 0;
  std::int64_t bytes_up = 0, bytes_down = 0;
  std::int64_t unaudited = 0;  // refused after the budget of requests was spent: counted only, so that the audit has a bound too
};

}  // namespace argosy::egress
