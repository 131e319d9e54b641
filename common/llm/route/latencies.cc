#include "common/llm/route/latencies.h"

#include <cmath>

namespace argosy::llm {

void Latencies::learn(const std::string& model, std::chrono::milliseconds first_byte, Instant now) {
  const std::scoped_lock lock(mutex_);
  auto [mean, is_first] = means_.try_emplace(model);
  const auto newest = static_cast<double>(first_byte.count());
  const bool begins = is_first || now - mean->second.at > kForgetAfter;
  const double value = begins ? newest : mean->second.milliseconds + kWeightOfNewest * (newest - mean->second.milliseconds);
  mean->second = {value, now};
}

std::optional<std::chrono::milliseconds> Latencies::of(std::string_view model, Instant now) const {
  const std::scoped_lock lock(mutex_);
  const auto mean = means_.find(model);
  if (mean == means_.end() || now - mean->second.at > kForgetAfter) return std::nullopt;
  return std::chrono::milliseconds(std::llround(mean->second.milliseconds));
}

}  // namespace argosy::llm
