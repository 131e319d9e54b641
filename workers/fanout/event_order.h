// The order of one task's events: they come from Kafka (late, twice, with holes) and from Postgres (when asked), and leave once, in order
// of their seq. Decides what to ask Postgres and when. Pure: no I/O, time comes in. One thread at a time; the hub's lock guards it.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace argosy::fanout {

// A message as it goes to clients, made once and shared by all of them.
using Frame = std::shared_ptr<const std::string>;

struct Numbered {
  std::int64_t seq = 0;
  Frame frame;
};

struct OrderLimits {
  std::chrono::nanoseconds gap_wait = std::chrono::milliseconds(15);  // Kafka may still bring what is missing
  std::chrono::nanoseconds gap_wait_most = std::chrono::seconds(1);   // doubles up to here while Postgres has no answer
  std::chrono::nanoseconds silence = std::chrono::seconds(1);         // then the head is asked for: a lost last event has no successor
  std::size_t pending = 1024;                                         // events that wait for a hole; more are read from Postgres later
  std::size_t recent = 128;                                           // delivered events kept for clients that catch up
};

class EventOrder {
 public:
  using Time = std::chrono::nanoseconds;

  explicit EventOrder(OrderLimits limits = {}) : limits_(limits) {}

  // Whether an event of this seq would be of use: not a duplicate, not held already. Asked before a frame is made.
  bool wants(std::int64_t seq) const;
  // An event from either side. What can be delivered now, in order; nothing before the head is known.
  std::vector<Numbered> offer(std::int64_t seq, Frame frame, Time now);

  // Postgres says that the last seq is `head`. The first answer fixes where live begins (head + 1); later ones reveal what was lost.
  // Returns what became deliverable.
  std::vector<Numbered> head_is(std::int64_t head, Time now);

  // After which seq Postgres should be read now: a hole that has waited long enough. `now` counts as asked, so the next answer comes later.
  std::optional<std::int64_t> take_gap(Time now);
  // When take_gap() may have an answer, if there is a hole.
  std::optional<Time> gap_due() const;
  // Whether nothing was heard for so long that the head must be asked for. `now` counts as asked.
  bool take_silence(Time now);

  bool is_live() const { return next_.has_value(); }
  // The first seq that was not delivered yet; is_live() only.
  std::int64_t next() const { return *next_; }
  // All delivered events after `seq`, if they are still held: how a client that caught up joins without a hole.
  std::optional<std::vector<Numbered>> recent_after(std::int64_t seq) const;

 private:
  std::vector<Numbered> release(Time now);
  bool has_gap() const { return next_ && known_head_ >= *next_; }

  OrderLimits limits_;
  std::optional<std::int64_t> next_;
  std::int64_t known_head_ = 0;            // highest seq that anyone has mentioned
  std::map<std::int64_t, Frame> pending_;  // came too early
  std::deque<Numbered> recent_;
  std::optional<Time> gap_due_;
  Time gap_wait_{};  // the present one, doubled with each question
  Time heard_{};
};

}  // namespace argosy::fanout
