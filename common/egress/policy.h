// What one task may reach in its set-up phase, and how much of it. Filled by the testing worker from the registries of the ecosystem
// (registries/) and the operator's configuration, held to by the proxy. Values, any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/net/host_rule.h"

namespace argosy::egress {

// Budgets count for all connections of one proxy together, the rest for each.
struct Limits {
  std::size_t max_connections = 256;      // at once; more wait in the listener's queue
  std::size_t max_head_bytes = 16 << 10;  // request line and headers
  std::chrono::milliseconds head_time{10'000};
  std::chrono::milliseconds lookup_time{15'000};
  std::chrono::milliseconds connect_time{10'000};  // for each address of a name
  std::chrono::milliseconds hello_time{10'000};    // until the TLS ClientHello is there
  std::chrono::milliseconds idle_time{60'000};     // without a byte in either direction
  std::int64_t max_bytes_up = std::int64_t{64} << 20;
  std::int64_t max_bytes_down = std::int64_t{2} << 30;
  std::int64_t max_requests = 20'000;
};

struct Policy {
  std::vector<HostRule> allow;         // whatever is not in here is refused
  std::vector<HostAddress> addresses;  // special addresses that a name may have all the same
  bool allow_missing_sni = false;      // TLS without a server name: where it leads cannot be compared with what was asked for
  Limits limits;

  bool allows(const HostPort& to) const;
};

// Why something was refused. `reason` is for programs (audit, header), `text` for people; neither repeats what the client sent.
struct Refusal {
  int status = 400;  // 0: the client gets no answer, it would not understand one
  std::string reason;
  std::string text;
};
template <class T>
using Judged = std::expected<T, Refusal>;
std::unexpected<Refusal> refuse(int status, std::string_view reason, std::string_view text);

// Names and where they are. The first usable answer for a name counts as long as this lives, so that a name cannot move to another address
// between two connections (rebinding). One thread.
class Pins {
 public:
  explicit Pins(const Policy& policy) : policy_(policy) {}  // borrowed
  // Null until pin() has succeeded for the name.
  const std::vector<HostName>* find(const HostName& name) const;
  // Drops what lies in a special range (http/address_ranges.h) and is not vouched for; IPv4 first. Refusals: address_refused when nothing
  // is left. An earlier pin wins over `resolved`.
  Judged<std::vector<HostName>> pin(const HostName& name, const std::vector<std::string>& resolved);

 private:
  bool usable(const HostName& name, const HostName& address) const;
  const Policy& policy_;
  std::map<HostName, std::vector<HostName>> pinned_;  // at most one entry an allowed connection, and those have a budget
};

}  // namespace argosy::egress
