#include "common/egress/audit.h"

#include <array>

#include "common/core/redact.h"

namespace argosy::egress {
namespace {

constexpr std::array<std::string_view, 33> kReasons{
    "address_refused",   "body_refused",     "budget_bytes_down", "budget_bytes_up", "budget_requests",  "client_left",
    "dial_failed",       "dial_timeout",     "ech_refused",       "head_timeout",    "head_too_large",   "header_malformed",
    "hello_malformed",   "hello_timeout",    "host_malformed",    "host_mismatch",   "host_not_allowed", "idle",
    "lookup_failed",     "lookup_timeout",   "method_refused",    "name_unknown",    "not_tls",          "port_malformed",
    "request_malformed", "scheme_refused",   "server_left",       "sni_mismatch",    "sni_missing",      "socks_refused",
    "stopped",           "userinfo_refused", "version_refused"};

}  // namespace

std::span<const std::string_view> reasons() { return kReasons; }

json::Object to_json(const AuditEvent& event) {
  return {{"at", rfc3339(event.at)},
          {"host", redact(event.host)},
          {"port", std::int64_t{event.port}},
          {"address", event.address},
          {"verdict", event.allowed ? "allowed" : "refused"},
          {"reason", event.reason},
          {"bytes_up", event.bytes_up},
          {"bytes_down", event.bytes_down},
          {"duration_ms", std::int64_t{event.duration.count()}}};
}

}  // namespace argosy::egress
