#include "common/broker/lane_schedule.h"

namespace argosy::broker {

// Smooth weighted round robin: each turn every contender earns its weight, the richest wins and pays the round's sum. Who is no contender
// neither earns nor pays, so that nobody saves up for a burst, and keeps what it has: a lane that is shut out again and again, because no
// slot is free for it, comes to its turn all the same.
std::optional<tasks::Lane> LaneSchedule::next(const std::array<bool, 3>& available) {
  int sum = 0;
  std::optional<std::size_t> winner;
  for (std::size_t lane = 0; lane < kWeights.size(); ++lane) {
    if (!available[lane]) continue;
    sum += kWeights[lane];
    credit_[lane] += kWeights[lane];
    if (!winner || credit_[lane] > credit_[*winner]) winner = lane;
  }
  if (!winner) return std::nullopt;
  credit_[*winner] -= sum;
  return tasks::kLanes[*winner];
}

}  // namespace argosy::broker
