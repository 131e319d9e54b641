#include "common/runtime/metrics/pool_figures.h"

#include <utility>

namespace argosy::runtime {

PoolFigures::Watch::Watch(Watch&& other) noexcept : figures_(std::exchange(other.figures_, nullptr)), at_(other.at_) {}

PoolFigures::Watch& PoolFigures::Watch::operator=(Watch&& other) noexcept {
  std::swap(figures_, other.figures_);
  std::swap(at_, other.at_);
  return *this;
}

PoolFigures::Watch::~Watch() {
  if (figures_ == nullptr) return;
  const std::lock_guard lock(figures_->mutex_);
  figures_->looks_.erase(at_);
}

PoolFigures::Watch PoolFigures::watch(std::string pool, std::function<PoolUse()> look) {
  const std::lock_guard lock(mutex_);
  Watch watch;
  watch.figures_ = this;
  watch.at_ = looks_.emplace(looks_.end(), std::move(pool), std::move(look));
  return watch;
}

void PoolFigures::measure() {
  const std::lock_guard lock(mutex_);
  for (auto& [pool, use] : told_) use = {};
  for (const auto& [pool, look] : looks_) {
    const PoolUse one = look();
    auto& all = told_[pool];
    all.size += one.size;
    all.in_use += one.in_use;
    all.waiting += one.waiting;
  }
  for (const auto& [pool, use] : told_) {
    metrics_.gauge("argosy_pool_size", "Connections, threads or calls that the pool has at most.", {{"pool", pool}})
        .set(static_cast<double>(use.size));
    metrics_.gauge("argosy_pool_in_use", "Those that are in use.", {{"pool", pool}}).set(static_cast<double>(use.in_use));
    metrics_.gauge("argosy_pool_waiting", "Calls or jobs that wait for one.", {{"pool", pool}}).set(static_cast<double>(use.waiting));
  }
}

}  // namespace argosy::runtime
