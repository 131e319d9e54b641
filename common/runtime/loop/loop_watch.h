// Whether every loop of the process still goes round. Kafka does not notice a stuck worker (any poll counts), so the lease must: a loop
// that has not ticked for ten seconds stops the renewals, and the scheduler gives the steps to others. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <optional>
#include <string>

#include "common/core/clock.h"

namespace argosy::runtime {

inline constexpr std::chrono::seconds kStallLimit{10};
// Loops wait at most this long for anything, so that they tick.
inline constexpr std::chrono::milliseconds kLoopWait{500};

class LoopWatch {
 public:
  class Loop {
   public:
    Loop(const Clock& clock, std::string name) : clock_(clock), name_(std::move(name)) {}
    // Once a round.
    void tick() { last_ns_ = clock_.boot_time().count(); }
    // It ended on purpose, or has not begun: not watched.
    void rest() { last_ns_ = 0; }

   private:
    friend class LoopWatch;
    const Clock& clock_;
    std::string name_;
    std::atomic<std::int64_t> last_ns_ = 0;
  };

  explicit LoopWatch(const Clock& clock) : clock_(clock) {}

  // Before any thread runs. Lives as long as this.
  Loop& add(std::string name) { return loops_.emplace_back(clock_, std::move(name)); }

  // The name of a loop that is stuck, if one is.
  std::optional<std::string> stuck() const {
    const auto now = clock_.boot_time();
    for (const auto& loop : loops_) {
      const std::int64_t last = loop.last_ns_;
      if (last != 0 && now - std::chrono::nanoseconds(last) > kStallLimit) return loop.name_;
    }
    return std::nullopt;
  }

 private:
  const Clock& clock_;
  std::deque<Loop> loops_;
};

}  // namespace argosy::runtime
