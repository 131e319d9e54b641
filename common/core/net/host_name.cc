#include "common/core/net/host_name.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>

#include "common/core/text.h"

namespace argosy {
namespace {

constexpr std::size_t kLongestName = 253;  // RFC 1035, without the root's dot
constexpr std::size_t kLongestLabel = 63;
constexpr std::size_t kLongestPort = 5;
constexpr std::int64_t kLastPort = 65'535;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_name_char(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '_'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

auto malformed(std::string_view why) { return fail_user("host_malformed", "the host name cannot be taken: " + std::string(why)); }

// The address in its one spelling, or empty.
std::string canonical_address(int family, const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  if (::inet_pton(family, text.c_str(), bytes.data()) != 1) return {};
  std::array<char, INET6_ADDRSTRLEN> out{};
  return ::inet_ntop(family, bytes.data(), out.data(), out.size());
}

// What inet_aton and its kin take for (a part of) an address: all digits, or 0x and hexadecimal ones.
bool looks_numeric(std::string_view label) {
  if (label.starts_with("0x")) return std::ranges::all_of(label.substr(2), is_hex);
  return std::ranges::all_of(label, is_digit);
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kLongestLabel && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, is_name_char);
}

}  // namespace

Result<HostName> HostName::parse(std::string_view text) {
  if (text.starts_with('[') || text.contains(':')) {
    if (!text.starts_with('[') || !text.ends_with(']')) return malformed("an IPv6 address stands in brackets");
    std::string address = canonical_address(AF_INET6, std::string(text.substr(1, text.size() - 2)));
    if (address.empty()) return malformed("what stands in brackets is no IPv6 address");
    return HostName(std::move(address), true);
  }
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > kLongestName) return malformed("it is empty or too long");
  std::string name(text);
  std::ranges::transform(name, name.begin(), lower);
  const auto labels = text::split(name, '.');
  if (!std::ranges::all_of(labels, is_label)) return malformed("a label is empty, too long, or holds a character that no host name has");
  if (!looks_numeric(labels.back())) return HostName(std::move(name), false);
  // inet_pton takes four decimal numbers without leading zeros, and nothing else.
  if (canonical_address(AF_INET, name) != name) return malformed("an IPv4 address is written as four decimal numbers");
  return HostName(std::move(name), true);
}

bool HostName::is_within(const HostName& parent) const {
  if (is_address_ || parent.is_address_) return *this == parent;
  return text_ == parent.text_ || text_.ends_with("." + parent.text_);
}

Result<HostPort> parse_host_port(std::string_view text, std::uint16_t default_port) {
  if (text.contains('@')) return fail_user("userinfo_refused", "credentials before a host are not taken");
  const std::size_t bracket = text.rfind(']');
  const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  ARGOSY_TRY(HostName host, HostName::parse(text.substr(0, colon)));
  if (colon == std::string_view::npos) {
    if (default_port == 0) return fail_user("port_malformed", "a port must be named");
    return HostPort{std::move(host), default_port};
  }
  const std::string_view digits = text.substr(colon + 1);
  const bool all_digits = !digits.empty() && digits.size() <= kLongestPort && std::ranges::all_of(digits, is_digit);
  const auto port = all_digits ? text::to_int(digits) : std::nullopt;
  if (!port || *port < 1 || *port > kLastPort) return fail_user("port_malformed", "a port is a number from 1 to 65535");
  return HostPort{std::move(host), static_cast<std::uint16_t>(*port)};
}

}  // namespace argosy
