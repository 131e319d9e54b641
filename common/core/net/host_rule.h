// Which hosts a task may reach, and which private addresses an operator vouches for, as they are written in the configuration. Used by the
// configuration (to check them at start) and by the egress proxy (to hold to them). Values, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/net/host_name.h"

namespace argosy {

inline constexpr std::uint16_t kHttpsPort = 443;

// One line of an allow-list: a host, or all that lie below a name, on one port.
struct HostRule {
  HostName host;
  bool below = false;  // "*.example.org": a.example.org and b.a.example.org, but not example.org itself
  std::uint16_t port = kHttpsPort;

  bool covers(const HostName& name, std::uint16_t at_port) const;
  std::string to_string() const;
  bool operator==(const HostRule&) const = default;
};

// "host", "host:port", "*.host:port"; without a port 443. Errors (B): host_malformed, port_malformed, userinfo_refused.
Result<HostRule> parse_host_rule(std::string_view text);

// A rule that counts for set-ups of one ecosystem only, or (empty) for all.
struct EcosystemRule {
  std::string ecosystem;
  HostRule rule;
  bool operator==(const EcosystemRule&) const = default;
};

// The names that may stand before a rule: python, javascript, go, java, rust.
bool is_ecosystem(std::string_view name);

// "mirror.example, go:*.example.org:8443": separated by commas. Errors as above.
Result<std::vector<EcosystemRule>> parse_ecosystem_rules(std::string_view text);

// An address that a name may have although it lies in a range that is refused otherwise.
struct HostAddress {
  HostName host;
  HostName address;
  bool operator==(const HostAddress&) const = default;
};

// "mirror.example=10.0.0.7, mirror.example=[fd00::7]". Errors (B): as above, address_malformed.
Result<std::vector<HostAddress>> parse_host_addresses(std::string_view text);

}  // namespace argosy
