#include "common/runtime/step/log/log_pump.h"

#include "common/core/thread_name.h"

namespace argosy::runtime {

LogPump::LogPump() : thread_([this] { pump(); }) {}

LogPump::~LogPump() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void LogPump::wake(StepLog& log) {
  const std::lock_guard lock(mutex_);
  if (dirty_.insert(&log).second && dirty_.size() == 1) changed_.notify_all();
}

void LogPump::forget(StepLog& log) {
  const std::lock_guard lock(mutex_);
  dirty_.erase(&log);
}

void LogPump::pump() {
  name_this_thread("log");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    changed_.wait(lock, [this] { return stopping_ || !dirty_.empty(); });
    changed_.wait_for(lock, kEvery, [this] { return stopping_; });
    // Under the lock, so that forget() waits for it. A flush only copies to the producer's queue.
    for (auto* log : dirty_) log->flush();
    dirty_.clear();
  }
}

}  // namespace argosy::runtime
