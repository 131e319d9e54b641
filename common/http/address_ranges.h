// Which IP addresses are reachable by anyone, and which are this machine, this network, or a way around. Used by the client for URLs that
// users give, and by the egress proxy for what names resolve to. Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

struct sockaddr;

namespace argosy::http {

struct AddressRange {
  std::string_view cidr;     // "10.0.0.0/8", "fe80::/10"
  std::string_view purpose;  // for the message: "private network"
};

// Every range that is refused, from the registries of special-purpose addresses (RFC 6890 and its updates), plus those IPv6 ranges that
// carry an IPv4 address inside.
std::span<const AddressRange> special_ranges();

// The range that holds the address, or nothing when it is public. Text is numeric ("192.0.2.1", "2001:db8::1"); what is not an address
// counts as special.
const AddressRange* special_range_of(std::string_view numeric);
const AddressRange* special_range_of(const sockaddr& address);

// 127.0.0.0/8 and ::1, and nothing that merely translates to them.
bool is_loopback(const sockaddr& address);

}  // namespace argosy::http
