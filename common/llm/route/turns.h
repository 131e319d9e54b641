// Runs what it is given one after the other: at once on the caller's thread, or, while somebody's runs, after that on that one's thread.
// What runs may give it more, and holds no lock: so a call that is told things by several threads, also in the middle of its own doing,
// needs no other order. Used by RoutedCall. Thread-safe.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <utility>

namespace argosy::llm {

class Turns {
 public:
  // It must live until this returns.
  void run(std::function<void()> what) {
    {
      const std::scoped_lock lock(mutex_);
      waiting_.push_back(std::move(what));
      if (std::exchange(is_running_, true)) return;
    }
    while (const auto next = take()) next();
  }

 private:
  std::function<void()> take() {
    const std::scoped_lock lock(mutex_);
    if (waiting_.empty()) {
      is_running_ = false;
      return nullptr;
    }
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    return next;
  }

  std::mutex mutex_;
  std::deque<std::function<void()>> waiting_;
  bool is_running_ = false;
};

}  // namespace argosy::llm
