#include "tests/bench/llm/source.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <map>
#include <queue>
#include <string>
#include <vector>

namespace argosy::bench {
namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr int kBacklog = 1024;
constexpr std::string_view kHead =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\nCache-Control: no-cache\r\n\r\n";

struct Stream {
  std::size_t received = 0;  // of the request
  int sent = 0;              // events
  std::string unsent;        // what the client's window had no room for
};
using Due = std::pair<std::int64_t, int>;  // when, whom

std::string chunk(std::string_view data) { return fmt::format("{:x}\r\n{}\r\n", data.size(), data); }

std::string event(std::string_view delta, std::string_view finish) {
  return chunk(
      fmt::format(R"(data: {{"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1764000000,"model":"bench",)"
                  R"("service_tier":"default","system_fingerprint":"fp_bench","choices":[{{"index":0,"delta":{{{}}},"logprobs":null,)"
                  R"("finish_reason":{}}}],"usage":null}})"
                  "\n\n",
                  delta, finish));
}

class Source {
 public:
  int run() {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&where), size) != 0 || listen(listener_, kBacklog) != 0) return 1;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&where), &size);
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    watch(listener_);
    fmt::print("port {}\n", ntohs(where.sin_port));
    std::fflush(stdout);
    for (;;) turn();
  }

 private:
  void watch(int fd) {
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  void turn() {
    std::array<epoll_event, 256> events;
    const std::int64_t wait = due_.empty() ? 1000 * kMs : due_.top().first - monotonic_ns();
    const int count = epoll_wait(epoll_, events.data(), events.size(), static_cast<int>(wait <= 0 ? 0 : wait / kMs + 1));
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == listener_) {
        admit();
      } else {
        hear(fd);
      }
    }
    while (!due_.empty() && due_.top().first <= monotonic_ns()) {
      const auto [when, fd] = due_.top();
      due_.pop();
      if (const auto found = streams_.find(fd); found != streams_.end()) send_next(fd, found->second, when);
    }
  }

  void admit() {
    for (int fd; (fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0;) {
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      streams_[fd] = {};
      watch(fd);
    }
  }

  // A request is over when as much has come as a conversation is long, and its head.
  void hear(int fd) {
    char bytes[65536];
    Stream& stream = streams_[fd];
    for (;;) {
      const auto got = recv(fd, bytes, sizeof bytes, 0);
      if (got < 0) return;
      if (got == 0) {
        streams_.erase(fd);
        close(fd);
        return;
      }
      const bool was_over = stream.received > kConversation;
      stream.received += static_cast<std::size_t>(got);
      if (was_over || stream.received <= kConversation) continue;
      due_.emplace(monotonic_ns() + (begun_++ % kStreams) * kSpreadMs * kMs / kStreams, fd);
    }
  }

  void send_next(int fd, Stream& stream, std::int64_t when) {
    if (stream.unsent.empty()) stream.unsent = next_bytes(stream);
    const auto sent = send(fd, stream.unsent.data(), stream.unsent.size(), MSG_NOSIGNAL);
    if (sent > 0) stream.unsent.erase(0, static_cast<std::size_t>(sent));
    if (stream.sent <= kEvents) {
      due_.emplace(when + kEveryMs * kMs, fd);
    } else if (!stream.unsent.empty()) {
      due_.emplace(monotonic_ns() + kMs, fd);
    } else {
      stream = {};  // the connection's next request
    }
  }

  static std::string next_bytes(Stream& stream) {
    const int number = stream.sent++;
    if (number == kEvents) return event("", R"("stop")") + chunk("data: [DONE]\n\n") + "0\r\n\r\n";
    return (number == 0 ? std::string(kHead) : "") + event(fmt::format(R"("content":"{} ")", monotonic_ns()), "null");
  }

  int listener_ = -1, epoll_ = -1;
  std::int64_t begun_ = 0;
  std::map<int, Stream> streams_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
};

}  // namespace

std::int64_t monotonic_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

int serve_streams() { return Source().run(); }

}  // namespace argosy::bench
