// Tells workers of ready steps by datagram, before Kafka does: a hop through Kafka takes milliseconds, this one a tenth of that. Used by
// the Announcer of every process that makes steps ready; sends from any thread, and has a thread of its own that keeps the list of workers
// fresh while there is something to send.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "common/core/error.h"
#include "common/runtime/hint/peers.h"
#include "common/telemetry/metrics.h"

namespace argosy::runtime {

class HintSender {
 public:
  // More at once mean load, under which a datagram each would cost more than it saves.
  static constexpr std::size_t kUpTo = 8;

  // `find` asks the database, on the sender's thread: at once, and then when something is sent, but not more often than every
  // two seconds. An older list serves meanwhile: what goes to one who has left is lost.
  using Find = std::function<Result<std::vector<store::HintPeer>>()>;
  HintSender(Find find, telemetry::Metrics& metrics);
  ~HintSender();
  HintSender(const HintSender&) = delete;
  HintSender& operator=(const HintSender&) = delete;

  // After their commit. Never blocks and never fails: what does not arrive comes through Kafka.
  void send(const std::vector<tasks::ReadyStep>& ready);

 private:
  void keep_fresh();
  std::shared_ptr<const Peers> peers();

  Find find_;
  telemetry::Counter& sent_;
  std::array<int, 2> sockets_;  // IPv4, IPv6; -1 where the machine has none
  std::atomic<std::uint64_t> turn_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<const Peers> peers_ = std::make_shared<Peers>();
  bool wanted_ = true, stopping_ = false;
  std::thread thread_;
};

}  // namespace argosy::runtime
