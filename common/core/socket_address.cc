#include "common/core/socket_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include "common/core/text.h"

namespace argosy {
namespace {

constexpr std::int64_t kLastPort = 65'535;

}  // namespace

std::optional<SocketAddress> SocketAddress::parse(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = text::to_int(text.substr(colon + 1));
  if (!port || *port < 0 || *port > kLastPort) return std::nullopt;
  std::string host(text.substr(0, colon));
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  SocketAddress out;
  if (!bracketed && ::inet_pton(AF_INET, host.c_str(), &out.at_.v4.sin_addr) == 1) {
    out.at_.v4.sin_family = AF_INET;
    out.at_.v4.sin_port = htons(static_cast<std::uint16_t>(*port));
    return out;
  }
  if (!bracketed || ::inet_pton(AF_INET6, host.c_str(), &out.at_.v6.sin6_addr) != 1) return std::nullopt;
  out.at_.v6.sin6_family = AF_INET6;
  out.at_.v6.sin6_port = htons(static_cast<std::uint16_t>(*port));
  return out;
}

std::optional<SocketAddress> SocketAddress::of(int socket) {
  SocketAddress out;
  socklen_t size = sizeof out.at_;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&out.at_), &size) != 0) return std::nullopt;
  return out;
}

std::string SocketAddress::to_string() const {
  return family() == AF_INET ? fmt::format("{}:{}", host(), port()) : fmt::format("[{}]:{}", host(), port());
}

std::string SocketAddress::host() const {
  char text[INET6_ADDRSTRLEN] = {};
  const void* address = family() == AF_INET ? static_cast<const void*>(&at_.v4.sin_addr) : &at_.v6.sin6_addr;
  ::inet_ntop(family(), address, text, sizeof text);
  return text;
}

std::uint16_t SocketAddress::port() const { return ntohs(family() == AF_INET ? at_.v4.sin_port : at_.v6.sin6_port); }

bool SocketAddress::is_any() const {
  return family() == AF_INET ? at_.v4.sin_addr.s_addr == htonl(INADDR_ANY) : IN6_IS_ADDR_UNSPECIFIED(&at_.v6.sin6_addr) != 0;
}

}  // namespace argosy
