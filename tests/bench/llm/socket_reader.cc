#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>

#include "common/core/text.h"
#include "tests/bench/llm/readers.h"
#include "tests/bench/llm/source.h"

namespace argosy::bench {
namespace {

constexpr std::string_view kBefore = "\"content\":\"";

int connect_to(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connect(fd, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0 ? fd : -1;
}

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

// As little as a reader can do: wait, read, look for the first piece.
Result<Reading> read_with_sockets(std::uint16_t port) {
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  std::map<int, std::string> heads;
  const std::string request = "POST /v1/chat/completions HTTP/1.1\r\nHost: bench\r\n\r\n" + std::string(kConversation + 100, 'c');
  for (int i = 0; i < kStreams; ++i) {
    const int fd = connect_to(port);
    if (fd < 0 || !send_all(fd, request)) return fail_transient("bench_failed", "a bare socket cannot be connected");
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    heads[fd];
  }
  Reading out;
  while (out.first_ms.size() < kStreams) {
    std::array<epoll_event, 128> events;
    const int count = epoll_wait(epoll, events.data(), events.size(), -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      char bytes[8192];
      const auto got = recv(fd, bytes, sizeof bytes, 0);
      const auto now = monotonic_ns();
      const auto head = heads.find(fd);
      if (got <= 0) return fail_transient("bench_failed", "a bare socket was closed");
      if (head == heads.end()) continue;
      head->second.append(bytes, static_cast<std::size_t>(got));
      const auto at = head->second.find(kBefore);
      if (at == std::string::npos) continue;
      const auto digits = std::string_view(head->second).substr(at + kBefore.size());
      const auto sent = text::to_int(digits.substr(0, digits.find(' ')));
      if (!sent) continue;
      out.first_ms.push_back(static_cast<double>(now - *sent) / 1e6);
      heads.erase(head);
    }
  }
  close(epoll);
  std::ranges::sort(out.first_ms);
  return out;
}

}  // namespace argosy::bench
