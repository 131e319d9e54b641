#include "common/http/address_ranges.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cassert>
#include <cstring>
#include <string>
#include <vector>

#include "common/core/text.h"

namespace argosy::http {
namespace {

constexpr auto kSpecial = std::to_array<AddressRange>({
    {"0.0.0.0/8", "this network"},
    {"10.0.0.0/8", "private network"},
    {"100.64.0.0/10", "carrier-grade NAT"},
    {"127.0.0.0/8", "loopback"},
    {"169.254.0.0/16", "link-local, cloud metadata"},
    {"172.16.0.0/12", "private network"},
    {"192.0.0.0/24", "protocol assignments"},
    {"192.0.2.0/24", "documentation"},
    {"192.31.196.0/24", "AS112"},
    {"192.52.193.0/24", "multicast tunnels"},
    {"192.88.99.0/24", "6to4 relay"},
    {"192.168.0.0/16", "private network"},
    {"192.175.48.0/24", "AS112"},
    {"198.18.0.0/15", "benchmarking"},
    {"198.51.100.0/24", "documentation"},
    {"203.0.113.0/24", "documentation"},
    {"224.0.0.0/4", "multicast"},
    {"240.0.0.0/4", "reserved, broadcast"},
    // An IPv4 address inside an IPv6 one would reach whatever the IPv4 one does: none of these is needed to call a webhook.
    {"::/96", "unspecified, loopback, IPv4-compatible"},
    {"::ffff:0:0/96", "IPv4-mapped"},
    {"::ffff:0:0:0/96", "IPv4-translated"},
    {"64:ff9b::/96", "NAT64"},
    {"64:ff9b:1::/48", "NAT64, local"},
    {"2001::/23", "protocol assignments, Teredo"},
    {"2002::/16", "6to4"},
    {"100::/64", "discard"},
    {"100:0:0:1::/64", "dummy prefix"},
    {"2001:db8::/32", "documentation"},
    {"2620:4f:8000::/48", "AS112"},
    {"3fff::/20", "documentation"},
    {"5f00::/16", "segment routing"},
    {"fc00::/7", "private network"},
    {"fe80::/10", "link-local"},
    {"fec0::/10", "site-local"},
    {"ff00::/8", "multicast"},
});

constexpr AddressRange kNoAddress{"", "not an IP address"};

struct Network {
  std::array<std::uint8_t, 16> bytes{};
  int family = 0;
  int bits = 0;
};

Network parse(const AddressRange& range) {
  const auto slash = range.cidr.find('/');
  const std::string address(range.cidr.substr(0, slash));
  Network out;
  out.family = address.contains(':') ? AF_INET6 : AF_INET;
  [[maybe_unused]] const int ok = inet_pton(out.family, address.c_str(), out.bytes.data());
  assert(ok == 1);
  out.bits = static_cast<int>(*text::to_int(range.cidr.substr(slash + 1)));
  return out;
}

const std::vector<Network>& networks() {
  static const std::vector<Network> parsed = [] {
    std::vector<Network> out;
    for (const auto& range : kSpecial) out.push_back(parse(range));
    return out;
  }();
  return parsed;
}

bool holds(const Network& network, int family, const std::uint8_t* address) {
  if (network.family != family) return false;
  const int whole = network.bits / 8;
  const int rest = network.bits % 8;
  if (std::memcmp(network.bytes.data(), address, static_cast<std::size_t>(whole)) != 0) return false;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
  return (network.bytes[static_cast<std::size_t>(whole)] & mask) == (address[whole] & mask);
}

const AddressRange* find(int family, const std::uint8_t* address) {
  for (std::size_t i = 0; i < kSpecial.size(); ++i)
    if (holds(networks()[i], family, address)) return &kSpecial[i];
  return nullptr;
}

const std::uint8_t* bytes_of(const sockaddr& address) {
  if (address.sa_family == AF_INET) return reinterpret_cast<const std::uint8_t*>(&reinterpret_cast<const sockaddr_in&>(address).sin_addr);
  if (address.sa_family == AF_INET6) return reinterpret_cast<const sockaddr_in6&>(address).sin6_addr.s6_addr;
  return nullptr;
}

}  // namespace

std::span<const AddressRange> special_ranges() { return kSpecial; }

const AddressRange* special_range_of(std::string_view numeric) {
  const std::string text(numeric);
  std::array<std::uint8_t, 16> bytes{};
  const int family = text.contains(':') ? AF_INET6 : AF_INET;
  if (inet_pton(family, text.c_str(), bytes.data()) != 1) return &kNoAddress;
  return find(family, bytes.data());
}

const AddressRange* special_range_of(const sockaddr& address) {
  const auto* bytes = bytes_of(address);
  return bytes == nullptr ? &kNoAddress : find(address.sa_family, bytes);
}

bool is_loopback(const sockaddr& address) {
  const auto* bytes = bytes_of(address);
  if (bytes == nullptr) return false;
  if (address.sa_family == AF_INET) return bytes[0] == 127;
  return std::memcmp(bytes, &in6addr_loopback, 16) == 0;
}

}  // namespace argosy::http
