#include "common/runtime/hint/twins.h"

#include <algorithm>

namespace argosy::runtime {

bool Twins::expect(const StepRef& step, std::chrono::nanoseconds now) {
  const std::lock_guard lock(mutex_);
  if (until_.size() >= kMost) std::erase_if(until_, [now](const auto& twin) { return twin.second <= now; });
  const auto known = until_.find(step);
  if (known == until_.end() ? until_.size() >= kMost : known->second > now) return false;
  until_[step] = now + kRemembered;
  return true;
}

std::vector<StepRef> Twins::strangers(const std::vector<StepRef>& steps, std::chrono::nanoseconds now) {
  const std::lock_guard lock(mutex_);
  if (until_.empty()) return steps;
  std::vector<StepRef> left;
  std::ranges::copy_if(steps, std::back_inserter(left), [&](const StepRef& step) {
    const auto twin = until_.extract(step);
    return twin.empty() || twin.mapped() <= now;
  });
  return left;
}

void Twins::forget(const StepRef& step) {
  const std::lock_guard lock(mutex_);
  until_.erase(step);
}

}  // namespace argosy::runtime
