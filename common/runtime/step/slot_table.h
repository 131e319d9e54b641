// How many slots are taken, by which lanes, and which claimed step may run next. Pure: threads and locks are those of Slots. One thread.
#pragma once

#include <deque>

#include "common/runtime/loop/hints.h"
#include "common/runtime/loop/in_flight.h"

namespace argosy::runtime {

class SlotTable {
 public:
  explicit SlotTable(std::size_t count) : count_(count) {}

  std::size_t count() const { return count_; }
  std::size_t busy() const { return busy_; }
  std::size_t unbegun() const { return waiting_.size(); }
  // What may be claimed now. With two slots or more one is kept for urgent.
  Room room() const;
  // Claimed just now: takes one slot, until give_back().
  void take(const JobPtr& job);
  // The next job that may run now, or nothing: a step that crashed a process before runs beside no other such step.
  JobPtr pick();
  // Its handler returned.
  void ran(const Job& job);
  // Its finish is committed, or its result was dropped.
  void give_back(const Job& job);

 private:
  const std::size_t count_;
  std::deque<JobPtr> waiting_;             // at most count_
  std::size_t busy_ = 0, busy_other_ = 0;  // slots taken; of these by normal and background
  bool solo_runs_ = false;
};

}  // namespace argosy::runtime
