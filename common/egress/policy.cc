#include "common/egress/policy.h"

#include <algorithm>

#include "common/http/address_ranges.h"

namespace argosy::egress {
namespace {

constexpr std::size_t kMostAddresses = 8;  // of one name; each may cost a connect time

}  // namespace

bool Policy::allows(const HostPort& to) const {
  return std::ranges::any_of(allow, [&](const HostRule& rule) { return rule.covers(to.host, to.port); });
}

std::unexpected<Refusal> refuse(int status, std::string_view reason, std::string_view text) {
  return std::unexpected(Refusal{status, std::string(reason), std::string(text)});
}

const std::vector<HostName>* Pins::find(const HostName& name) const {
  const auto hit = pinned_.find(name);
  return hit == pinned_.end() ? nullptr : &hit->second;
}

bool Pins::usable(const HostName& name, const HostName& address) const {
  if (http::special_range_of(address.text()) == nullptr) return true;
  return std::ranges::find(policy_.addresses, HostAddress{name, address}) != policy_.addresses.end();
}

Judged<std::vector<HostName>> Pins::pin(const HostName& name, const std::vector<std::string>& resolved) {
  if (const auto* known = find(name)) return *known;
  std::vector<HostName> kept, v6;
  for (const std::string& text : resolved) {
    const auto address = HostName::parse(text.contains(':') ? "[" + text + "]" : text);
    if (!address || !address->is_address() || !usable(name, *address)) continue;
    auto& family = address->text().contains(':') ? v6 : kept;
    if (std::ranges::find(family, *address) == family.end()) family.push_back(*address);
  }
  kept.insert(kept.end(), v6.begin(), v6.end());
  if (kept.empty())
    return refuse(403, "address_refused",
                  "the name is allowed, but it leads to a private or otherwise special address; the operator may allow it as host=address");
  if (kept.size() > kMostAddresses) kept.erase(kept.begin() + kMostAddresses, kept.end());
  pinned_.emplace(name, kept);
  return kept;
}

}  // namespace argosy::egress
