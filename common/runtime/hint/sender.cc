#include "common/runtime/hint/sender.h"

#include <sys/socket.h>
#include <unistd.h>

#include "common/core/thread_name.h"
#include "common/telemetry/log.h"

namespace argosy::runtime {
namespace {

constexpr std::chrono::seconds kFreshFor{2};

}  // namespace

HintSender::HintSender(Find find, telemetry::Metrics& metrics)
    : find_(std::move(find)),
      sent_(metrics.counter("argosy_hints_sent_total", "Datagrams with ready steps that were sent.")),
      sockets_{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), ::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)},
      thread_([this] { keep_fresh(); }) {}

HintSender::~HintSender() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
  for (const int socket : sockets_) {
    if (socket >= 0) ::close(socket);
  }
}

std::shared_ptr<const Peers> HintSender::peers() {
  const std::lock_guard lock(mutex_);
  if (!wanted_) changed_.notify_all();
  wanted_ = true;
  return peers_;
}

void HintSender::send(const std::vector<tasks::ReadyStep>& ready) {
  const auto peers = this->peers();
  if (ready.empty() || ready.size() > kUpTo) return;
  for (const auto& [to, steps] : peers->address(ready, turn_.fetch_add(1, std::memory_order_relaxed))) {
    const auto datagram = encode_hint(to->key, steps);
    const int socket = sockets_[to->address.family() == AF_INET ? 0 : 1];
    const auto sent = ::sendto(socket, datagram.data(), datagram.size(), MSG_DONTWAIT, to->address.data(), to->address.size());
    if (sent >= 0) sent_.add();
  }
}

void HintSender::keep_fresh() {
  name_this_thread("hint-peers");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    changed_.wait(lock, [this] { return stopping_ || wanted_; });
    if (stopping_) return;
    lock.unlock();
    auto found = find_();
    if (!found) telemetry::log_debug("nobody knows who listens for datagrams", {{"error", to_string(found.error())}});
    auto fresh = found ? std::make_shared<const Peers>(*found) : nullptr;
    lock.lock();
    if (fresh) peers_ = std::move(fresh);
    wanted_ = false;
    changed_.wait_for(lock, kFreshFor, [this] { return stopping_; });
  }
}

}  // namespace argosy::runtime
