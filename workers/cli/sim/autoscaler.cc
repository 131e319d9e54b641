#include "workers/cli/sim/autoscaler.h"

#include <algorithm>
#include <cmath>

namespace argosy::cli {
namespace {

template <class Changes>
int within(const Changes& changes, double since) {
  int sum = 0;
  for (const auto& change : changes) sum += change.when > since ? change.replicas : 0;
  return sum;
}

}  // namespace

int wanted_replicas(double metric, double target, int current) {
  if (current > 0 && std::abs(1 - metric / (target * current)) <= kHpaTolerance) return current;
  return static_cast<int>(std::ceil(metric / target));
}

int Autoscaler::poll(double now, double metric, int current) {
  if (metric > settings_.activation) {
    last_active_ = now;
    return current == 0 ? std::max(1, settings_.min_replicas) : current;
  }
  if (settings_.min_replicas > 0) return std::max(current, settings_.min_replicas);
  const bool cooled = last_active_ < 0 || last_active_ + settings_.cooldown_s < now;
  return cooled ? 0 : current;
}

int Autoscaler::sync(double now, double metric, int current) {
  if (current == 0) return 0;
  const auto chosen = limited(now, stabilized(now, wanted_replicas(metric, settings_.target, current), current), current);
  if (chosen > current) added_.push_back({now, chosen - current});
  if (chosen < current) removed_.push_back({now, current - chosen});
  return chosen;
}

// The least that was recommended in the window of scaling up, the most in that of scaling down.
int Autoscaler::stabilized(double now, int wanted, int current) {
  int up = wanted, down = wanted;
  for (const auto& one : recommended_) {
    if (one.when > now - settings_.up.window_s) up = std::min(up, one.replicas);
    if (one.when > now - settings_.down.window_s) down = std::max(down, one.replicas);
  }
  recommended_.push_back({now, wanted});
  while (recommended_.front().when <= now - std::max(settings_.up.window_s, settings_.down.window_s) && recommended_.size() > 1)
    recommended_.pop_front();
  return std::min(std::max(current, up), down);
}

int Autoscaler::limited(double now, int wanted, int current) {
  const int least = std::max(1, settings_.min_replicas);  // KEDA's HPA never goes to zero
  if (wanted > current) return std::min({wanted, settings_.max_replicas, std::max(current, up_limit(now, current))});
  if (wanted < current) return std::max({wanted, least, std::min(current, down_limit(now, current))});
  return std::clamp(current, least, settings_.max_replicas);
}

int Autoscaler::up_limit(double now, int current) const {
  if (settings_.up.select == SelectPolicy::disabled) return current;
  std::vector<int> allowed;
  for (const auto& policy : settings_.up.policies) {
    const int at_start = current - within(added_, now - policy.period_s) + within(removed_, now - policy.period_s);
    allowed.push_back(policy.percent ? static_cast<int>(std::ceil(at_start * (1 + policy.value / 100.0))) : at_start + policy.value);
  }
  return settings_.up.select == SelectPolicy::max ? std::ranges::max(allowed) : std::ranges::min(allowed);
}

int Autoscaler::down_limit(double now, int current) const {
  if (settings_.down.select == SelectPolicy::disabled) return current;
  std::vector<int> allowed;
  for (const auto& policy : settings_.down.policies) {
    const int at_start = current + within(removed_, now - policy.period_s) - within(added_, now - policy.period_s);
    allowed.push_back(policy.percent ? static_cast<int>(at_start * (1 - policy.value / 100.0)) : at_start - policy.value);
  }
  return settings_.down.select == SelectPolicy::max ? std::ranges::min(allowed) : std::ranges::max(allowed);
}

}  // namespace argosy::cli
