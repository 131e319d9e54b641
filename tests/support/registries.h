// The package registries of this machine, for tests that really install something. A mirror with a private address is a reason to vouch for
// it, and what this machine's registries resolve to is not for tests to judge. Any thread.
#pragma once

#include <string>
#include <vector>

#include "common/config/settings.h"
#include "common/egress/registries/registries.h"
#include "common/egress/resolver.h"
#include "common/http/address_ranges.h"

namespace argosy::test {

// Asked for once.
inline const egress::Registries& registries() {
  static const egress::Registries once = egress::discover(config::process_environment());
  return once;
}

// The special addresses among those that these hosts have.
inline std::vector<HostAddress> vouched_for(const std::vector<HostRule>& rules) {
  std::vector<HostAddress> out;
  for (const HostRule& rule : rules)
    for (const auto& address : egress::system_resolver()->resolve(rule.host.text()).value_or(std::vector<std::string>{}))
      if (http::special_range_of(address) != nullptr)
        out.push_back({rule.host, *HostName::parse(address.contains(':') ? "[" + address + "]" : address)});
  return out;
}

inline std::vector<HostAddress> vouched_for_all() {
  std::vector<HostAddress> out;
  for (const auto& [ecosystem, found] : registries())
    for (auto& one : vouched_for(found.hosts)) out.push_back(std::move(one));
  return out;
}

}  // namespace argosy::test
