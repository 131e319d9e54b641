// The threads that begin steps. A slot counts as taken from the claim until the finish's commit, so that the process never holds more than
// it can do; the thread itself is free for the next job as soon as the handler has returned, though the step may go on without one.
// Thread-safe.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "common/runtime/step/slot_table.h"

namespace argosy::runtime {

class Slots {
 public:
  // `threads` of them, and `waiting` steps more that go on without one. `begin` is called on a slot's thread; `freed` when there is room
  // again that somebody may wait for, on whose thread it is found.
  Slots(std::size_t threads, std::size_t waiting, std::function<void(const JobPtr&)> begin, std::function<void()> freed);
  ~Slots();  // waits for handlers that still run: ask them to stop before
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;

  std::size_t threads() const { return table_.threads(); }
  std::size_t count() const { return table_.count(); }
  std::size_t busy() const;
  Room room() const;
  // Claimed, and no thread has begun them yet: for an instant, unless they wait for another suspect.
  std::size_t unbegun() const { return unbegun_; }
  // Claimed just now: takes one slot each.
  void start(const std::vector<JobPtr>& jobs);
  // The handler is done with it. Any thread.
  void ran(const Job& job);
  void give_back(const std::vector<JobPtr>& jobs);

 private:
  void work();
  void wake_one();

  const std::function<void(const JobPtr&)> begin_;
  const std::function<void()> freed_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  SlotTable table_;
  std::size_t asleep_ = 0;
  bool waking_ = false;  // a thread was woken and is not here yet: it will wake the next one
  bool stopping_ = false;
  std::atomic<std::size_t> unbegun_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace argosy::runtime
