#include "common/runtime/kube/deletion_cost.h"

#include <algorithm>
#include <utility>

namespace argosy::runtime {

int HeldSince::cost(const std::vector<InFlight::Key>& held, std::chrono::nanoseconds now) {
  auto before = std::exchange(since_, {});
  for (const auto& key : held) {
    const auto known = before.find(key);
    since_.emplace(key, known == before.end() ? now : known->second);
  }
  if (since_.empty()) return kIdleCost;
  const auto oldest = std::ranges::min_element(since_, {}, [](const auto& one) { return one.second; })->second;
  const auto age = std::chrono::floor<std::chrono::seconds>(now - oldest).count();
  return static_cast<int>(std::min<std::int64_t>(kBusyCost + age, kMostCost));
}

bool CostPace::worth_telling(int cost, std::chrono::nanoseconds now) const {
  if (now < not_before_ || cost == told_) return false;
  if (!told_ || cost < *told_ || *told_ == kIdleCost) return true;
  return cost >= *told_ + *told_ / 2 || cost == kMostCost;
}

void CostPace::told(int cost, std::chrono::nanoseconds now) {
  told_ = cost;
  wait_ = kBetweenCalls;
  not_before_ = now + wait_;
}

void CostPace::failed(std::chrono::nanoseconds now) {
  not_before_ = now + wait_;
  wait_ = std::min(2 * wait_, kLongestWait);
}

}  // namespace argosy::runtime
