// Threads for what blocks, such as reads of the database, so that a server's own threads never wait; of ingest and the fan-out. The queue
// is bounded: what does not fit is refused at once.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "common/core/pools/pool_use.h"

namespace argosy::runtime {

class WorkPool {
 public:
  WorkPool(int threads, std::size_t max_queue);
  ~WorkPool();  // runs what is queued, then joins
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

  // False, and `work` is dropped, when the queue is full. `work` does not throw. Any thread.
  bool post(std::function<void()> work);
  std::size_t waiting() const;
  PoolUse use() const;

 private:
  void run();

  const std::size_t size_, max_queue_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  std::size_t busy_ = 0;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;  // last: they use the others
};

}  // namespace argosy::runtime
