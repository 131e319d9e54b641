// When a member of a consumer group that was given nothing of a topic asks for a new distribution. librdkafka's leader gives out what its
// metadata shows at that moment; when a topic is away just then and back before the next refresh, nobody notices, and nobody ever reads it.
// A member cannot tell that from a group that has more members than the topic has partitions, so it asks less and less often. Pure.
#pragma once

#include <algorithm>
#include <chrono>

namespace argosy::broker {

class RejoinPace {
 public:
  static constexpr std::chrono::seconds kFirst{2}, kLongest{300};

  // Partitions were given out; `complete`: some of each topic to this member.
  void assigned(std::chrono::nanoseconds now, bool complete) {
    wait_ = complete ? kFirst : wait_;
    due_ = complete ? std::chrono::nanoseconds::max() : now + wait_;
  }
  // They were taken away: the next distribution is on its way.
  void revoked() { due_ = std::chrono::nanoseconds::max(); }
  // True when it is time to leave and join again; the next time is farther away.
  bool due(std::chrono::nanoseconds now) {
    if (now < due_) return false;
    due_ = std::chrono::nanoseconds::max();
    wait_ = std::min(2 * wait_, kLongest);
    return true;
  }

 private:
  std::chrono::seconds wait_ = kFirst;
  std::chrono::nanoseconds due_ = std::chrono::nanoseconds::max();
};

}  // namespace argosy::broker
