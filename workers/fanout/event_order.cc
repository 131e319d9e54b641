#include "workers/fanout/event_order.h"

#include <algorithm>

namespace argosy::fanout {

bool EventOrder::wants(std::int64_t seq) const { return seq > 0 && (!next_ || seq >= *next_) && !pending_.contains(seq); }

std::vector<Numbered> EventOrder::offer(std::int64_t seq, Frame frame, Time now) {
  heard_ = now;
  known_head_ = std::max(known_head_, seq);
  if (wants(seq)) pending_.emplace(seq, std::move(frame));
  auto ready = release(now);
  // The nearest ones are kept: they are the first to be wanted, and Postgres has the others.
  if (pending_.size() > limits_.pending) pending_.erase(std::prev(pending_.end()));
  return ready;
}

std::vector<Numbered> EventOrder::head_is(std::int64_t head, Time now) {
  heard_ = now;
  if (!next_) {
    next_ = head + 1;
    pending_.erase(pending_.begin(), pending_.upper_bound(head));
  }
  known_head_ = std::max(known_head_, head);
  return release(now);
}

std::vector<Numbered> EventOrder::release(Time now) {
  std::vector<Numbered> ready;
  if (!next_) return ready;
  for (auto it = pending_.begin(); it != pending_.end() && it->first == *next_; it = pending_.erase(it)) {
    ready.push_back({it->first, std::move(it->second)});
    ++*next_;
  }
  for (const Numbered& event : ready) {
    recent_.push_back(event);
    if (recent_.size() > limits_.recent) recent_.pop_front();
  }
  if (!has_gap()) {
    gap_due_.reset();
  } else if (!gap_due_ || !ready.empty()) {
    // A hole that moved on is a new one: Kafka gets its time again.
    gap_wait_ = limits_.gap_wait;
    gap_due_ = now + gap_wait_;
  }
  return ready;
}

std::optional<std::int64_t> EventOrder::take_gap(Time now) {
  if (!gap_due_ || now < *gap_due_) return std::nullopt;
  gap_wait_ = std::min(gap_wait_ * 2, limits_.gap_wait_most);
  gap_due_ = now + gap_wait_;
  return *next_ - 1;
}

std::optional<EventOrder::Time> EventOrder::gap_due() const { return gap_due_; }

bool EventOrder::take_silence(Time now) {
  if (now - heard_ < limits_.silence) return false;
  heard_ = now;
  return true;
}

std::optional<std::vector<Numbered>> EventOrder::recent_after(std::int64_t seq) const {
  if (!next_ || seq >= *next_) return std::nullopt;
  if (seq + 1 == *next_) return std::vector<Numbered>{};
  if (recent_.empty() || recent_.front().seq > seq + 1) return std::nullopt;
  const auto first = std::ranges::find_if(recent_, [&](const Numbered& event) { return event.seq > seq; });
  return std::vector<Numbered>(first, recent_.end());
}

}  // namespace argosy::fanout
