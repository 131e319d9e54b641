// What is handed to a thread that sends it, by whoever must not wait: bounded, in order, in batches. For what telemetry tells others while
// the product works (spans, reports of errors); what does not fit is the caller's to count. put() from any thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <iterator>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/core/clock.h"
#include "common/core/thread_name.h"

namespace argosy::telemetry {

struct OutgoingBounds {
  std::size_t most_waiting;
  std::size_t batch = 1;
  std::chrono::milliseconds every{0};  // how long one that is not full waits for more
};

template <class Item>
class Outgoing {
 public:
  // Called on the own thread until nothing is left, also behind the deadline: out_of_time() says that it must not begin anything.
  using Send = std::function<void(std::vector<Item> batch)>;
  Outgoing(std::string thread, OutgoingBounds bounds, Send send)
      : bounds_(bounds), send_(std::move(send)), thread_([this, name = std::move(thread)] { run(name); }) {}
  ~Outgoing() { stop(std::chrono::milliseconds(0)); }
  Outgoing(const Outgoing&) = delete;
  Outgoing& operator=(const Outgoing&) = delete;

  // False: it is full, or stopped.
  bool put(Item item) {
    std::unique_lock lock(mutex_);
    if (!takes()) return false;
    waiting_.push_back(std::move(item));
    const bool wakes = waiting_.size() == 1 || waiting_.size() == bounds_.batch;
    lock.unlock();
    if (wakes) changed_.notify_all();
    return true;
  }
  bool has_room() const {
    const std::lock_guard lock(mutex_);
    return takes();
  }

  // Waits until all is sent or given up; out_of_time() is true after so long. Idempotent.
  void stop(std::chrono::milliseconds within) {
    {
      const std::lock_guard lock(mutex_);
      if (!stopping_) stop_by_ = system_clock().boot_time() + within;
      stopping_ = true;
    }
    changed_.notify_all();
    // Whoever dies on the own thread must not wait for itself.
    if (thread_.joinable() && thread_.get_id() != std::this_thread::get_id()) thread_.join();
  }
  bool stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }
  bool out_of_time() const {
    const std::lock_guard lock(mutex_);
    return stopping_ && system_clock().boot_time() >= stop_by_;
  }
  // For `send`, between two tries: until the time is over or stop() is called.
  void pause(std::chrono::milliseconds wait) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, wait, [this] { return stopping_; });
  }

 private:
  bool takes() const { return !stopping_ && waiting_.size() < bounds_.most_waiting; }

  void run(const std::string& name) {
    name_this_thread(name);
    for (auto batch = next(); !batch.empty(); batch = next()) send_(std::move(batch));
  }

  // Empty: it is stopped, and nothing is left.
  std::vector<Item> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    changed_.wait_for(lock, bounds_.every, [this] { return stopping_ || waiting_.size() >= bounds_.batch; });
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(waiting_.size(), bounds_.batch));
    std::vector<Item> batch(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    return batch;
  }

  const OutgoingBounds bounds_;
  const Send send_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Item> waiting_;
  bool stopping_ = false;
  std::chrono::nanoseconds stop_by_{};
  std::thread thread_;
};

}  // namespace argosy::telemetry
