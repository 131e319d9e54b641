// Dispatches that were read and not yet claimed: which steps to claim next, and when a message is done. A step that was claimed, or that
// the database says is not to be had, is settled; a message whose steps are all settled may be committed. Pure, one thread (the claimer).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "common/broker/consumer.h"
#include "common/broker/dispatch.h"
#include "common/broker/lane_schedule.h"
#include "common/store/moves.h"

namespace argosy::runtime {

// How many steps may be claimed: `urgent` by any lane, `other` of those by normal and background (one slot is kept for urgent).
struct Room {
  std::size_t urgent = 0, other = 0;
};

class Hints {
 public:
  struct Wanted {
    store::ClaimRequest request;
    tasks::Lane lane = tasks::Lane::normal;
    std::uint64_t message = 0;            // 0: done already
    std::chrono::nanoseconds asked_at{};  // of a claim in doubt: when it was asked for first
    std::string announced{};              // traceparent of the message, where somebody is told of traces
  };

  // An empty dispatch is settled at once: it comes back from the next settle().
  void add(tasks::Lane lane, broker::Message message, const std::vector<StepRef>& steps, const std::string& traceparent = {});
  // A step that no message stands for: a datagram named it.
  void add(tasks::Lane lane, const StepRef& step);
  // Steps to claim, lanes by weight, oldest first; each with a claim id that stays with it until it is settled.
  std::vector<Wanted> take(Room room);
  // A claim's batch is settled, whatever it returned. The messages that are done by it, in the order in which they came.
  std::vector<broker::Message> settle(const std::vector<Wanted>& batch);
  // A claim did not happen, or nobody knows: its batch is first in line again, under the same claim ids.
  void put_back(std::vector<Wanted> batch, std::chrono::nanoseconds asked_at);

  // Of a claim that could take no further suspect: those of its batch that it did not take. They may be suspects, and nobody says so:
  // they are asked for again when the one that runs is over. Of too many the oldest are left to be announced again.
  void set_aside(const std::vector<Wanted>& batch, const std::vector<StepRef>& taken);
  bool any_aside() const { return !aside_.empty(); }
  // A suspect may be claimed again: what was set aside is first in line.
  void bring_back();

  std::size_t waiting(tasks::Lane lane) const { return lanes_[static_cast<std::size_t>(lane)].size(); }
  std::size_t waiting() const { return lanes_[0].size() + lanes_[1].size() + lanes_[2].size(); }
  // True when take(room) would return something.
  bool any_for(Room room) const;

 private:
  struct Open {
    broker::Message message;
    std::size_t left = 0;
  };

  broker::LaneSchedule schedule_;
  std::array<std::deque<Wanted>, 3> lanes_;
  std::deque<Wanted> aside_;
  std::map<std::uint64_t, Open> messages_;
  std::uint64_t last_message_ = 0;
};

}  // namespace argosy::runtime
