// How many slots are taken, by which lanes, how many of them need a thread, and which claimed step may run next. Pure: threads and locks
// are those of Slots. One thread.
#pragma once

#include <deque>

#include "common/runtime/loop/hints.h"
#include "common/runtime/loop/in_flight.h"

namespace argosy::runtime {

class SlotTable {
 public:
  // Steps that run at once on `threads`, and `waiting` more that are held while they need none.
  explicit SlotTable(std::size_t threads, std::size_t waiting = 0) : threads_(threads), count_(threads + waiting) {}

  std::size_t threads() const { return threads_; }
  std::size_t count() const { return count_; }
  std::size_t busy() const { return slots_.all; }
  std::size_t unbegun() const { return waiting_.size(); }
  // What may be claimed now: there is a slot for it, and a thread that begins it. With two or more of either, one is kept for urgent.
  Room room() const;
  // Claimed just now: takes one slot, until give_back().
  void take(const JobPtr& job);
  // The next job that may run now, or nothing: a step that crashed a process before runs beside no other such step.
  JobPtr pick();
  // Its thread is free again.
  void left(const Job& job);
  // Its handler is done with it.
  void ran(const Job& job);
  // Its finish is committed, or its result was dropped.
  void give_back(const Job& job);

 private:
  // Of something that there is a number of: what is taken, and of that by normal and background.
  struct Taken {
    std::size_t all = 0, other = 0;
    void take(const Job& job);
    void give_back(const Job& job);
    Room room(std::size_t count) const;
  };

  const std::size_t threads_, count_;
  std::deque<JobPtr> waiting_;  // at most threads_
  Taken slots_, begun_;         // begun: also what is about to begin
  bool solo_runs_ = false;
};

}  // namespace argosy::runtime
