// bench_clients: many connections to ingest, each with one task in flight, until so many were accepted. Its last line on stdout is JSON:
// requests a second and their latencies, the CPU it took itself.
//   bench_clients PORT CONNECTIONS REQUESTS
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <stdexcept>

#include <fmt/format.h>

#include "common/core/clock.h"
#include "common/core/json.h"
#include "common/core/text.h"
#include "tests/bench/load/http_talk.h"

namespace argosy::bench {
namespace {

constexpr std::size_t kPrepared = 256;  // requests that are made beforehand and sent in turn: making them is not what is measured
constexpr int kQuietMs = 30'000;        // without any answer for so long, the run has failed

class Clients {
 public:
  Clients(std::uint16_t port, std::size_t connections, std::size_t requests) : wanted_(requests), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    for (std::size_t i = 0; i < kPrepared; ++i) prepared_.push_back(submit_request(i));
    for (std::size_t i = 0; i < connections; ++i) {
      auto& client = clients_.emplace_back();
      client.fd = connect_to(port, false);
      epoll_event event{.events = EPOLLIN, .data = {.ptr = &client}};
      ::epoll_ctl(epoll_, EPOLL_CTL_ADD, client.fd, &event);
    }
    latencies_.reserve(requests);
  }
  ~Clients() {
    for (const auto& client : clients_) ::close(client.fd);
    ::close(epoll_);
  }
  Clients(const Clients&) = delete;
  Clients& operator=(const Clients&) = delete;

  void run() {
    began_ms_ = system_clock().unix_ms();
    const auto began = system_clock().boot_time();
    for (auto& client : clients_) ask(client);
    while (latencies_.size() < wanted_) {
      epoll_event ready[64];
      const int count = ::epoll_wait(epoll_, ready, 64, kQuietMs);
      if (count <= 0) throw std::runtime_error("ingest does not answer");
      for (int i = 0; i < count; ++i) hear(*static_cast<Client*>(ready[i].data.ptr));
    }
    took_ = system_clock().boot_time() - began;
  }

  json::Object report() {
    std::ranges::sort(latencies_);
    const auto percentile = [this](double p) {
      return static_cast<double>(latencies_[static_cast<std::size_t>(p * static_cast<double>(latencies_.size() - 1))].count()) / 1e6;
    };
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
    return {{"began_ms", began_ms_},
            {"tasks", static_cast<std::int64_t>(latencies_.size())},
            {"per_s", static_cast<double>(latencies_.size()) / std::chrono::duration<double>(took_).count()},
            {"p50_ms", percentile(0.5)},
            {"p99_ms", percentile(0.99)},
            {"p99_9_ms", percentile(0.999)},
            {"cpu_s", seconds(used.ru_utime) + seconds(used.ru_stime)}};
  }

 private:
  struct Client {
    int fd = -1;
    std::string received{};
    std::chrono::nanoseconds asked_at{};
  };

  void ask(Client& client) {
    if (asked_ == wanted_) return;
    const auto& request = prepared_[asked_++ % kPrepared];
    client.asked_at = system_clock().boot_time();
    // A request of a kilobyte fits the socket's buffer, which is empty: its answer was read.
    if (::send(client.fd, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
      throw std::runtime_error("a request was not sent whole");
  }

  void hear(Client& client) {
    char piece[8192];
    const auto got = ::recv(client.fd, piece, sizeof piece, 0);
    if (got <= 0) throw std::runtime_error("ingest closed a connection");
    client.received.append(piece, static_cast<std::size_t>(got));
    const auto answer = answer_in(client.received);
    if (!answer) return;
    if (answer->status != 202) throw std::runtime_error(fmt::format("not accepted: {} {}", answer->status, answer->body));
    latencies_.push_back(system_clock().boot_time() - client.asked_at);
    client.received.clear();
    ask(client);
  }

  const std::size_t wanted_;
  const int epoll_;
  std::size_t asked_ = 0;
  std::vector<std::string> prepared_;
  std::deque<Client> clients_;
  std::vector<std::chrono::nanoseconds> latencies_;
  UnixMillis began_ms_ = 0;
  std::chrono::nanoseconds took_{};
};

}  // namespace
}  // namespace argosy::bench

int main(int argc, char** argv) {
  const auto number = [&](int i) { return i < argc ? argosy::text::to_int(argv[i]).value_or(0) : 0; };
  if (argc != 4 || number(1) <= 0 || number(2) <= 0 || number(3) <= 0) {
    fmt::print(stderr, "bench_clients PORT CONNECTIONS REQUESTS\n");
    return 2;
  }
  try {
    argosy::bench::Clients clients(static_cast<std::uint16_t>(number(1)), static_cast<std::size_t>(number(2)),
                                   static_cast<std::size_t>(number(3)));
    clients.run();
    fmt::print("{}\n", argosy::json::dump(clients.report()));
  } catch (const std::exception& e) {
    fmt::print(stderr, "bench_clients: {}\n", e.what());
    return 1;
  }
}
