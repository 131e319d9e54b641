// The threads that run the handler. A slot counts as taken from the claim until the finish's commit, so that the process never holds more
// than it can do; the thread itself is free for the next job as soon as the handler returned. Thread-safe.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "common/runtime/loop/hints.h"
#include "common/runtime/loop/in_flight.h"

namespace argosy::runtime {

class Slots {
 public:
  // `run` is called on a slot's thread; `freed` after a slot was given back, on the caller's thread.
  Slots(std::size_t count, std::function<void(const JobPtr&)> run, std::function<void()> freed);
  ~Slots();  // waits for handlers that still run: ask them to stop before
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;

  std::size_t count() const { return count_; }
  std::size_t busy() const;
  // What may be claimed now. With two slots or more one is kept for urgent.
  Room room() const;
  // Claimed just now: takes one slot each. Steps that crashed a process before run beside no other such step.
  void start(const std::vector<JobPtr>& jobs);
  void give_back(const Job& job);

 private:
  void work();
  // The next job that may run now, or nothing.
  JobPtr pick();

  const std::size_t count_;
  const std::function<void(const JobPtr&)> run_;
  const std::function<void()> freed_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<JobPtr> waiting_;             // at most count_
  std::size_t busy_ = 0, busy_other_ = 0;  // slots taken; of these by normal and background
  bool solo_runs_ = false, stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace argosy::runtime
