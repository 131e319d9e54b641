#include "common/runtime/work_pool.h"

#include "common/core/thread_name.h"

namespace argosy::runtime {

WorkPool::WorkPool(int threads, std::size_t max_queue) : size_(static_cast<std::size_t>(threads)), max_queue_(max_queue) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

WorkPool::~WorkPool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
}

bool WorkPool::post(std::function<void()> work) {
  std::lock_guard lock(mutex_);
  if (stopping_ || queue_.size() >= max_queue_) return false;
  queue_.push_back(std::move(work));
  wake_.notify_one();  // under the lock: what was posted may be the last thing, and end the pool
  return true;
}

std::size_t WorkPool::waiting() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

PoolUse WorkPool::use() const {
  const std::lock_guard lock(mutex_);
  return {.size = size_, .in_use = busy_, .waiting = queue_.size()};
}

void WorkPool::run() {
  name_this_thread("work");
  for (;;) {
    std::function<void()> work;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      work = std::move(queue_.front());
      queue_.pop_front();
      ++busy_;
    }
    work();
    work = {};  // what it holds goes while it still counts
    const std::lock_guard lock(mutex_);
    --busy_;
  }
}

}  // namespace argosy::runtime
