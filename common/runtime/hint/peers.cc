#include "common/runtime/hint/peers.h"

#include <algorithm>

namespace argosy::runtime {
namespace {

std::size_t place(tasks::Queue queue) { return static_cast<std::size_t>(queue) - 1; }

}  // namespace

Peers::Peers(const std::vector<store::HintPeer>& found) {
  for (const auto& peer : found) {
    const auto address = SocketAddress::parse(peer.address);
    if (!address || peer.key.size() != kHintKeyBytes || place(peer.queue) >= of_queue_.size()) continue;
    of_queue_[place(peer.queue)].push_back({*address, peer.key});
  }
}

std::vector<Peers::Letter> Peers::address(const std::vector<tasks::ReadyStep>& steps, std::uint64_t turn) const {
  std::vector<Letter> letters;
  for (const auto& step : steps) {
    const auto& peers = of_queue_[place(step.queue)];
    if (peers.empty()) continue;
    const Peer* to = &peers[turn++ % peers.size()];
    auto letter = std::ranges::find(letters, to, &Letter::to);
    if (letter == letters.end()) letter = letters.insert(letter, {to, {}});
    letter->steps.push_back({step.ref, step.lane});
  }
  return letters;
}

}  // namespace argosy::runtime
