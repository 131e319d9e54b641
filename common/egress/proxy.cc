#include "common/egress/proxy.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <cassert>
#include <cerrno>

#include "common/core/thread_name.h"
#include "common/egress/connection.h"
#include "common/telemetry/log.h"

namespace argosy::egress {
namespace {

constexpr std::chrono::milliseconds kAcceptPause{100};  // when the process is out of descriptors or memory
constexpr std::size_t kOwnDescriptors = 3;              // in front of those of the connections

class Loop {
 public:
  Loop(const Policy& policy, Ledger& ledger, std::shared_ptr<Resolver> resolver, Fd& listener, int stop)
      : lookups_(std::move(resolver)),
        shared_{.policy = policy, .ledger = ledger, .lookups = lookups_, .clock = system_clock(), .pins = Pins(policy)},
        listener_(listener),
        stop_(stop) {}

  void run() {
    while (!wait()) {
      for (auto& answer : lookups_.take())
        if (const auto hit = connections_.find(answer.ticket); hit != connections_.end())
          hit->second->on_lookup(std::move(answer.addresses));
      std::size_t slot = kOwnDescriptors;
      for (auto& [ticket, connection] : connections_) {
        if (slot >= waited_.size()) break;
        turn(*connection, waited_[slot].revents, waited_[slot + 1].revents);
        slot += 2;
      }
      std::erase_if(connections_, [](const auto& entry) { return entry.second->ended(); });
      if (waited_[2].revents != 0) accept();
    }
    for (auto& [ticket, connection] : connections_) connection->end("stopped");
  }

 private:
  // True when it is time to stop. Afterwards the descriptors of all connections stand in `waited_`, in the order of the map.
  bool wait() {
    const auto now = shared_.clock.boot_time();
    const bool accepts = connections_.size() < shared_.policy.limits.max_connections && now >= accept_again_;
    waited_.assign({{stop_, POLLIN, 0}, {lookups_.ready_fd(), POLLIN, 0}, {accepts ? listener_.get() : -1, POLLIN, 0}});
    auto until = now + std::chrono::hours(1);
    if (accept_again_ > now) until = accept_again_;
    for (const auto& [ticket, connection] : connections_) {
      waited_.push_back(connection->client_poll());
      waited_.push_back(connection->upstream_poll());
      until = std::min(until, connection->deadline());
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(std::max(until - now, std::chrono::nanoseconds(0)));
    if (::poll(waited_.data(), waited_.size(), static_cast<int>(left.count())) < 0)
      for (auto& one : waited_) one.revents = 0;
    return waited_[0].revents != 0;
  }

  void turn(Connection& connection, short client, short upstream) {
    if (client != 0) connection.on_client(client);
    // What the client said may have closed the other side.
    if (upstream != 0 && connection.upstream_poll().fd >= 0) connection.on_upstream(upstream);
    if (!connection.ended() && connection.deadline() <= shared_.clock.boot_time()) connection.on_deadline();
  }

  void accept() {
    while (connections_.size() < shared_.policy.limits.max_connections) {
      Fd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (client) {
        ++last_ticket_;
        connections_.emplace(last_ticket_, std::make_unique<Connection>(last_ticket_, std::move(client), shared_));
        continue;
      }
      if (errno == EINTR || errno == ECONNABORTED) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return;
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        accept_again_ = shared_.clock.boot_time() + kAcceptPause;
        return;
      }
      telemetry::log_warning("the egress proxy's listener is broken, no more connections are taken", {{"errno", std::to_string(errno)}});
      listener_.reset();
      return;
    }
  }

  Lookups lookups_;
  Shared shared_;
  Fd& listener_;
  const int stop_;
  std::map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::uint64_t last_ticket_ = 0;
  std::vector<pollfd> waited_;
  std::chrono::nanoseconds accept_again_{};
};

}  // namespace

Proxy::Proxy(Policy policy, AuditSink audit, std::shared_ptr<Resolver> resolver)
    : policy_(std::move(policy)),
      ledger_(policy_.limits, std::move(audit)),
      resolver_(std::move(resolver)),
      stop_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

Proxy::~Proxy() { stop(); }

void Proxy::serve(int listener_fd) {
  assert(!thread_.joinable() && !listener_);
  listener_.reset(listener_fd);
  (void)::fcntl(listener_fd, F_SETFL, ::fcntl(listener_fd, F_GETFL) | O_NONBLOCK);
  (void)::fcntl(listener_fd, F_SETFD, FD_CLOEXEC);
  thread_ = std::thread([this] { run(); });
}

void Proxy::stop() {
  (void)::eventfd_write(stop_.get(), 1);
  if (thread_.joinable()) thread_.join();
}

void Proxy::run() {
  name_this_thread("egress");
  Loop(policy_, ledger_, resolver_, listener_, stop_.get()).run();
  listener_.reset();
}

}  // namespace argosy::egress
