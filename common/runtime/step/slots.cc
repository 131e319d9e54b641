#include "common/runtime/step/slots.h"

#include "common/core/thread_name.h"

namespace argosy::runtime {

Slots::Slots(std::size_t threads, std::size_t waiting, std::function<void(const JobPtr&)> begin, std::function<void()> freed)
    : begin_(std::move(begin)), freed_(std::move(freed)), table_(threads, waiting) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
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
  return table_.busy();
}

Room Slots::room() const {
  const std::lock_guard lock(mutex_);
  return table_.room();
}

// One thread; each that finds a job wakes the next while more of them wait, but not while one is on its way. So short jobs do not pay for
// waking every thread. Under the lock.
void Slots::wake_one() {
  unbegun_ = table_.unbegun();
  if (unbegun_ == 0 || asleep_ == 0 || waking_) return;
  waking_ = true;
  changed_.notify_one();
}

void Slots::start(const std::vector<JobPtr>& jobs) {
  const std::lock_guard lock(mutex_);
  for (const auto& job : jobs) table_.take(job);
  wake_one();
}

void Slots::ran(const Job& job) {
  if (!job.step.solo) return;
  const std::lock_guard lock(mutex_);
  table_.ran(job);
  changed_.notify_all();
}

void Slots::give_back(const std::vector<JobPtr>& jobs) {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& job : jobs) table_.give_back(*job);
  }
  freed_();
}

void Slots::work() {
  name_this_thread("slot");
  std::unique_lock lock(mutex_);
  while (true) {
    const auto job = table_.pick();
    if (job == nullptr) {
      if (stopping_ && table_.unbegun() == 0) return;
      ++asleep_;
      changed_.wait(lock);
      --asleep_;
      waking_ = false;
      continue;
    }
    wake_one();
    lock.unlock();
    begin_(job);
    lock.lock();
    table_.left(*job);
    if (table_.count() == table_.threads()) continue;
    lock.unlock();
    freed_();  // the step may have its slot still, and another could begin here
    lock.lock();
  }
}

}  // namespace argosy::runtime
