#include "common/core/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <mutex>
#include <random>
#include <vector>

#include "common/core/process/fd.h"

namespace argosy {
namespace {

// Below net.ipv4.ip_local_port_range, above what well-known services use.
constexpr std::uint16_t kFirstPort = 20'000, kLastPort = 32'000;
constexpr int kTries = 1000;

void let_others_bind(const Fd& fd) {
  const int yes = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

// A socket bound to the port on loopback; nothing when somebody has it. With `beside_lingering` only a server that listens there, or one
// that did not ask for the same, is in the way: connections in TIME_WAIT and the ports that processes hold are not.
Fd bind_to(std::uint16_t port, bool beside_lingering) {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd && beside_lingering) let_others_bind(fd);
  if (fd && ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fd.reset();
  return fd;
}

// Until the process ends. A server that sets SO_REUSEADDR, as all do, can listen on a port that is only bound here.
void hold(Fd bound) {
  static std::mutex mutex;
  static std::vector<Fd> held;
  let_others_bind(bound);
  const std::lock_guard lock(mutex);
  held.push_back(std::move(bound));
}

}  // namespace

bool port_is_free(std::uint16_t port) { return static_cast<bool>(bind_to(port, true)); }

Result<std::uint16_t> free_port() {
  std::random_device random;
  std::uniform_int_distribution<int> any(kFirstPort, kLastPort);
  for (int tries = 0; tries < kTries; ++tries) {
    const auto port = static_cast<std::uint16_t>(any(random));
    if (Fd bound = bind_to(port, false)) {
      hold(std::move(bound));
      return port;
    }
  }
  return fail_transient("no_free_port", "no port between 20000 and 32000 was found free");
}

}  // namespace argosy
