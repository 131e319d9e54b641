// Where a worker hears of ready steps by datagram. The kernel's buffer of the socket is the mailbox: bounded, and what comes while it is
// full is lost, as a datagram may be. Owned by the worker; looked at by the claimer's thread, which is woken by fd().
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/core/error.h"
#include "common/core/socket_address.h"
#include "common/runtime/hint/datagram.h"
#include "common/telemetry/metrics.h"

namespace argosy::runtime {

class HintReceiver {
 public:
  static constexpr int kMailboxBytes = 64 << 10;        // some hundred datagrams, by the kernel's way of counting
  static constexpr std::size_t kDatagramsPerLook = 64;  // the rest is there at the next look

  // `listen` as in ARGOSY_HINT_LISTEN. Error (B): hint_listen.
  static Result<std::unique_ptr<HintReceiver>> open(const std::string& listen, telemetry::Metrics& metrics);
  ~HintReceiver();
  HintReceiver(const HintReceiver&) = delete;
  HintReceiver& operator=(const HintReceiver&) = delete;

  int fd() const { return fd_; }
  // For the others: where it listens, and what a datagram must begin with.
  std::string address() const { return address_.to_string(); }
  const std::string& key() const { return key_; }

  // What has come since the last look. Never waits.
  std::vector<HintedStep> take();

 private:
  HintReceiver(int fd, SocketAddress address, telemetry::Metrics& metrics);

  int fd_;
  SocketAddress address_;
  std::string key_;
  telemetry::Counter &received_, &refused_;
};

}  // namespace argosy::runtime
