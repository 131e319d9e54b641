// How dear the end of this worker's pod is, as Kubernetes' ReplicaSets are told: a scale-in ends the cheapest pods first, so an idle worker
// goes before a busy one, and one that has just begun before one that is nearly done. Pure; used by CostTeller, on its thread.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <vector>

#include "common/runtime/loop/in_flight.h"

namespace argosy::runtime {

inline constexpr int kIdleCost = 0;
inline constexpr int kBusyCost = 10;              // of a step that has just begun; one more with each second
inline constexpr int kMostCost = 10 + 24 * 3600;  // a day: older steps are as dear as each other

// Knows since when each held step is held: of those that a renewal would name, by key, so that a step that comes back begins anew.
class HeldSince {
 public:
  // What is held now; the cost of the pod with it. `now` never goes back.
  int cost(const std::vector<InFlight::Key>& held, std::chrono::nanoseconds now);

 private:
  std::map<InFlight::Key, std::chrono::nanoseconds> since_;
};

// Which changes are worth a call: from idle to busy or back, a fall, and a growth by half; none sooner than kBetweenCalls after the last
// one. Pods whose costs grow together keep their order without being told of it.
class CostPace {
 public:
  static constexpr std::chrono::seconds kBetweenCalls{5};
  static constexpr std::chrono::seconds kLongestWait{300};  // after failures; doubles with each

  bool worth_telling(int cost, std::chrono::nanoseconds now) const;
  void told(int cost, std::chrono::nanoseconds now);
  void failed(std::chrono::nanoseconds now);

 private:
  std::optional<int> told_;  // a pod that says nothing counts as 0, but one whose container began anew may have said something else before
  std::chrono::nanoseconds not_before_{};
  std::chrono::seconds wait_ = kBetweenCalls;
};

}  // namespace argosy::runtime
