#include "common/broker/lane_schedule.h"

namespace argosy::broker {

// Smooth weighted round robin: each turn every contender earns its weight, the richest wins and pays the round's sum. A lane that has
// nothing to give neither earns nor pays, so that it cannot save up for a burst.
std::optional<tasks::Lane> LaneSchedule::next(const std::array<bool, 3>& available) {
  int sum = 0;
  std::optional<std::size_t> winner;
  for (std::size_t lane = 0; lane < kWeights.size(); ++lane) {
    if (!available[lane]) {
      credit_[lane] = 0;
      continue;
    }
    sum += kWeights[lane];
    credit_[lane] += kWeights[lane];
    if (!winner || credit_[lane] > credit_[*winner]) winner = lane;
  }
  if (!winner) return std::nullopt;
  credit_[*winner] -= sum;
  return tasks::kLanes[*winner];
}

}  // namespace argosy::broker
