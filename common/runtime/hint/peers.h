// Which of the workers that listen is told of which step: each in turn, so that the siblings of a task spread as they do over partitions.
// Immutable; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "common/core/socket_address.h"
#include "common/runtime/hint/datagram.h"
#include "common/store/hint_peers.h"
#include "common/tasks/step.h"

namespace argosy::runtime {

class Peers {
 public:
  struct Peer {
    SocketAddress address;
    std::string key;
  };
  struct Letter {
    const Peer* to = nullptr;
    std::vector<HintedStep> steps;
  };

  Peers() = default;
  // What makes no sense is left out: a version that is newer may write other things.
  explicit Peers(const std::vector<store::HintPeer>& found);

  // At most one to each peer; `turn` says where to begin. Steps whose queue has no peer are in none.
  std::vector<Letter> address(const std::vector<tasks::ReadyStep>& steps, std::uint64_t turn) const;

 private:
  std::array<std::vector<Peer>, tasks::kQueues.size()> of_queue_;
};

}  // namespace argosy::runtime
