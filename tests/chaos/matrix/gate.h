// A moment that threads wait for, and that ends their pauses when it comes: "no more faults", "the run is over". Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace argosy::chaos {

class Gate {
 public:
  void open() {
    {
      const std::lock_guard lock(mutex_);
      open_ = true;
    }
    changed_.notify_all();
  }
  bool is_open() const {
    const std::lock_guard lock(mutex_);
    return open_;
  }
  void wait() const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_; });
  }
  // True when it is open, at the latest after `time`.
  bool wait_for(std::chrono::nanoseconds time) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, [this] { return open_; });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool open_ = false;
};

}  // namespace argosy::chaos
