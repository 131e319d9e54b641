#include "common/core/net/host_rule.h"

#include <algorithm>
#include <array>

#include "common/core/text.h"

namespace argosy {
namespace {

constexpr auto kEcosystems = std::to_array<std::string_view>({"python", "javascript", "go", "java", "rust"});
constexpr std::string_view kBelow = "*.";

// The parts between commas without the blanks around them; empty ones are passed over.
std::vector<std::string_view> items(std::string_view text) {
  std::vector<std::string_view> out;
  for (const std::string_view part : text::split(text, ','))
    if (const auto item = text::trim(part); !item.empty()) out.push_back(item);
  return out;
}

// Names the item, so that a mistake in a long list is found, but repeats no credentials.
std::unexpected<Error> in_item(Error error, std::string_view item) {
  if (item.contains('@')) return std::unexpected(std::move(error));
  error.message = "\"" + text::ellipsize(text::to_utf8(item), 100) + "\": " + error.message;
  return std::unexpected(std::move(error));
}

Result<EcosystemRule> parse_item(std::string_view item) {
  const std::string_view first = item.substr(0, item.find(':'));
  // "go:443" is the host `go`: a rule's port is a number and no host name is.
  const bool scoped = is_ecosystem(first) && first.size() < item.size() && !text::to_int(item.substr(first.size() + 1));
  ARGOSY_TRY(HostRule rule, parse_host_rule(scoped ? item.substr(first.size() + 1) : item));
  return EcosystemRule{scoped ? std::string(first) : std::string(), std::move(rule)};
}

Result<HostAddress> parse_address_item(std::string_view item) {
  const std::size_t equals = item.find('=');
  if (equals == std::string_view::npos) return fail_user("address_malformed", "it must be host=address");
  ARGOSY_TRY(HostName host, HostName::parse(text::trim(item.substr(0, equals))));
  const std::string_view written = text::trim(item.substr(equals + 1));
  const bool bare_v6 = written.contains(':') && !written.starts_with('[');
  ARGOSY_TRY(HostName address, HostName::parse(bare_v6 ? "[" + std::string(written) + "]" : std::string(written)));
  if (!address.is_address()) return fail_user("address_malformed", "what stands behind = must be an IP address");
  return HostAddress{std::move(host), std::move(address)};
}

}  // namespace

bool HostRule::covers(const HostName& name, std::uint16_t at_port) const {
  if (at_port != port) return false;
  return below ? name != host && name.is_within(host) : name == host;
}

std::string HostRule::to_string() const { return std::string(below ? kBelow : "") + host.in_authority() + ":" + std::to_string(port); }

Result<HostRule> parse_host_rule(std::string_view text) {
  const bool below = text.starts_with(kBelow);
  if (below) text.remove_prefix(kBelow.size());
  ARGOSY_TRY(HostPort at, parse_host_port(text, kHttpsPort));
  if (below && at.host.is_address()) return fail_user("host_malformed", "nothing lies below an address");
  return HostRule{std::move(at.host), below, at.port};
}

bool is_ecosystem(std::string_view name) { return std::ranges::find(kEcosystems, name) != kEcosystems.end(); }

Result<std::vector<EcosystemRule>> parse_ecosystem_rules(std::string_view text) {
  std::vector<EcosystemRule> out;
  for (const std::string_view item : items(text)) {
    auto rule = parse_item(item);
    if (!rule) return in_item(std::move(rule.error()), item);
    out.push_back(std::move(*rule));
  }
  return out;
}

Result<std::vector<HostAddress>> parse_host_addresses(std::string_view text) {
  std::vector<HostAddress> out;
  for (const std::string_view item : items(text)) {
    auto address = parse_address_item(item);
    if (!address) return in_item(std::move(address.error()), item);
    out.push_back(std::move(*address));
  }
  return out;
}

}  // namespace argosy
