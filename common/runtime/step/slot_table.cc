#include "common/runtime/step/slot_table.h"

#include <algorithm>

namespace argosy::runtime {

void SlotTable::Taken::take(const Job& job) {
  ++all;
  if (job.step.lane != tasks::Lane::urgent) ++other;
}

void SlotTable::Taken::give_back(const Job& job) {
  --all;
  if (job.step.lane != tasks::Lane::urgent) --other;
}

Room SlotTable::Taken::room(std::size_t count) const {
  const std::size_t shared = count >= 2 ? count - 1 : count;
  const std::size_t free = count - all;
  return {.urgent = free, .other = other >= shared ? 0 : std::min(free, shared - other)};
}

// Without waiting steps a slot is a thread, and the slots alone decide.
Room SlotTable::room() const {
  const Room slots = slots_.room(count_);
  if (count_ == threads_) return slots;
  const Room threads = begun_.room(threads_);
  return {.urgent = std::min(slots.urgent, threads.urgent), .other = std::min(slots.other, threads.other)};
}

void SlotTable::take(const JobPtr& job) {
  slots_.take(*job);
  begun_.take(*job);
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

void SlotTable::left(const Job& job) { begun_.give_back(job); }

void SlotTable::ran(const Job& job) {
  if (job.step.solo) solo_runs_ = false;
}

void SlotTable::give_back(const Job& job) { slots_.give_back(job); }

}  // namespace argosy::runtime
