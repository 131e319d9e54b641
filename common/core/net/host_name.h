// The name of a host, read once: whoever decides by it, resolves it, compares it or logs it uses this value and never the text it came
// from, so that no two of them can understand the text differently. Used by the egress proxy and the configuration. A value, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/core/error.h"

namespace argosy {

class HostName {
 public:
  // "Example.ORG." is example.org; "[::1]" and "192.0.2.1" are addresses. Errors (B): host_malformed, for anything but letters, digits, '-'
  // and '_' in labels of at most 63, for non-ASCII text (IDNs go as xn--...), '%', zones, and numbers that some resolvers take for an
  // address ("127.1", "0x7f000001", "2130706433", "0177.0.0.1").
  static Result<HostName> parse(std::string_view text);

  const std::string& text() const { return text_; }  // lower case, no dot at the end, an IPv6 address in its shortest form without brackets
  bool is_address() const { return is_address_; }
  // As it stands before a port: with brackets around an IPv6 address.
  std::string in_authority() const { return text_.contains(':') ? "[" + text_ + "]" : text_; }
  // Whether this is `parent` or lies below it, by labels: a.example.org is within example.org, badexample.org is not.
  bool is_within(const HostName& parent) const;
  auto operator<=>(const HostName&) const = default;

 private:
  HostName(std::string text, bool is_address) : text_(std::move(text)), is_address_(is_address) {}
  std::string text_;
  bool is_address_;
};

struct HostPort {
  HostName host;
  std::uint16_t port;
  bool operator==(const HostPort&) const = default;
};

// "host:port", or "host" where `default_port` is not 0. Errors (B): host_malformed, port_malformed (empty, 0, above 65535, signs, blanks),
// userinfo_refused.
Result<HostPort> parse_host_port(std::string_view text, std::uint16_t default_port = 0);

}  // namespace argosy
