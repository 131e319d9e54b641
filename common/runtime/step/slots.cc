#include "common/runtime/step/slots.h"

#include <algorithm>

namespace argosy::runtime {

Slots::Slots(std::size_t count, std::function<void(const JobPtr&)> run, std::function<void()> freed)
    : count_(count), run_(std::move(run)), freed_(std::move(freed)) {
  for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this] { work(); });
}

Slots::~Slots() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

std::size_t Slots::busy() const {
  const std::lock_guard lock(mutex_);
  return busy_;
}

Room Slots::room() const {
  const std::lock_guard lock(mutex_);
  const std::size_t shared = count_ >= 2 ? count_ - 1 : count_;
  const std::size_t free = count_ - busy_;
  return {.urgent = free, .other = busy_other_ >= shared ? 0 : std::min(free, shared - busy_other_)};
}

void Slots::start(const std::vector<JobPtr>& jobs) {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& job : jobs) {
      ++busy_;
      if (job->step.lane != tasks::Lane::urgent) ++busy_other_;
      waiting_.push_back(job);
    }
  }
  changed_.notify_all();
}

void Slots::give_back(const Job& job) {
  {
    const std::lock_guard lock(mutex_);
    --busy_;
    if (job.step.lane != tasks::Lane::urgent) --busy_other_;
  }
  freed_();
}

JobPtr Slots::pick() {
  const auto next = std::ranges::find_if(waiting_, [this](const JobPtr& job) { return !job->step.solo || !solo_runs_; });
  if (next == waiting_.end()) return nullptr;
  auto job = *next;
  waiting_.erase(next);
  if (job->step.solo) solo_runs_ = true;
  return job;
}

void Slots::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    const auto job = pick();
    if (job == nullptr) {
      if (stopping_ && waiting_.empty()) return;
      changed_.wait(lock);
      continue;
    }
    lock.unlock();
    run_(job);
    lock.lock();
    if (job->step.solo) {
      solo_runs_ = false;
      changed_.notify_all();
    }
  }
}

}  // namespace argosy::runtime
