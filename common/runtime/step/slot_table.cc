#include "common/runtime/step/slot_table.h"

#include <algorithm>

namespace argosy::runtime {

Room SlotTable::room() const {
  const std::size_t shared = count_ >= 2 ? count_ - 1 : count_;
  const std::size_t free = count_ - busy_;
  return {.urgent = free, .other = busy_other_ >= shared ? 0 : std::min(free, shared - busy_other_)};
}

void SlotTable::take(const JobPtr& job) {
  ++busy_;
  if (job->step.lane != tasks::Lane::urgent) ++busy_other_;
  waiting_.push_back(job);
}

JobPtr SlotTable::pick() {
  const auto next = std::ranges::find_if(waiting_, [this](const JobPtr& job) { return !job->step.solo || !solo_runs_; });
  if (next == waiting_.end()) return nullptr;
  auto job = *next;
  waiting_.erase(next);
  if (job->step.solo) solo_runs_ = true;
  return job;
}

void SlotTable::ran(const Job& job) {
  if (job.step.solo) solo_runs_ = false;
}

void SlotTable::give_back(const Job& job) {
  --busy_;
  if (job.step.lane != tasks::Lane::urgent) --busy_other_;
}

}  // namespace argosy::runtime
