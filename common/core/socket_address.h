// An address with its port as people write it, "127.0.0.1:0" or "[::1]:9000", and as sockets take it. Names are not looked up. A value,
// any thread.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace argosy {

class SocketAddress {
 public:
  static std::optional<SocketAddress> parse(std::string_view text);
  // Where a bound socket is: the port that the kernel chose.
  static std::optional<SocketAddress> of(int socket);

  std::string to_string() const;
  std::string host() const;  // without brackets
  std::uint16_t port() const;
  bool is_any() const;  // 0.0.0.0 or ::, which nobody can send to
  int family() const { return at_.v4.sin_family; }
  const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&at_); }
  socklen_t size() const { return family() == AF_INET ? sizeof at_.v4 : sizeof at_.v6; }

 private:
  SocketAddress() : at_{.v6 = {}} {}
  union {
    sockaddr_in v4;
    sockaddr_in6 v6;
  } at_;
};

}  // namespace argosy
