// A few threads for work that blocks (the database, at attach), behind a bounded queue: the server's threads never wait. Thread-safe.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace argosy::fanout {

class JobPool {
 public:
  JobPool(int threads, std::size_t most_waiting);
  ~JobPool();  // runs what waits, then ends
  // False when the queue is full: the caller says so to its client.
  bool push(std::function<void()> job);

 private:
  void run();

  const std::size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace argosy::fanout
