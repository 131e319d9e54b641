#include "common/core/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>

namespace argosy {
namespace {

// Below net.ipv4.ip_local_port_range, above what well-known services use.
constexpr std::uint16_t kFirstPort = 20'000, kLastPort = 32'000;
constexpr int kTries = 1000;

}  // namespace

bool port_is_free(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int yes = 1;  // as servers do: connections that linger in TIME_WAIT do not count
  if (fd >= 0) ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const bool bound = fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  if (fd >= 0) ::close(fd);
  return bound;
}

Result<std::uint16_t> free_port() {
  std::random_device random;
  std::uniform_int_distribution<int> any(kFirstPort, kLastPort);
  for (int tries = 0; tries < kTries; ++tries) {
    const auto port = static_cast<std::uint16_t>(any(random));
    if (port_is_free(port)) return port;
  }
  return fail_transient("no_free_port", "no port between 20000 and 32000 was found free");
}

}  // namespace argosy
