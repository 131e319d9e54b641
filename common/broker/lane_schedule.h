// Which lane is served next when several have something: by weight, smoothly, so that urgent goes first and background never starves.
// Used by the consumer for messages and by the worker loop for steps. Not thread-safe.
#pragma once

#include <array>
#include <optional>

#include "common/tasks/queue.h"

namespace argosy::broker {

class LaneSchedule {
 public:
  // Of 13 turns with all lanes busy, urgent gets 8, normal 4, background 1.
  static constexpr std::array<int, 3> kWeights{8, 4, 1};

  // The lane whose turn it is among those marked true, indexed by the lane's number; nothing when none is.
  std::optional<tasks::Lane> next(const std::array<bool, 3>& available);
  // It has nothing to give: what it earned is gone, and what it paid for a turn that it could not use comes back.
  void idle(tasks::Lane lane) { credit_[static_cast<std::size_t>(lane)] = 0; }

 private:
  std::array<int, 3> credit_{};
};

}  // namespace argosy::broker
