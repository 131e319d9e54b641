// Time that a test moves by hand, and timers that fire when it does. One thread.
#pragma once

#include <functional>
#include <map>
#include <utility>

#include "common/core/clock.h"
#include "common/llm/traffic/gate.h"

namespace argosy::llm {

class VirtualTime : public Clock {
 public:
  UnixMillis unix_ms() const override { return 1'764'000'000'000 + std::chrono::duration_cast<std::chrono::milliseconds>(now_).count(); }
  std::chrono::nanoseconds boot_time() const override { return now_; }

  After after() {
    return [this](std::chrono::milliseconds wait, std::function<void()> what) { timers_.emplace(now_ + wait, std::move(what)); };
  }
  // Runs all that is due on the way, in its order, what it sets in turn included.
  void pass(std::chrono::milliseconds time) {
    const Instant end = now_ + time;
    while (!timers_.empty() && timers_.begin()->first <= end) {
      auto timer = timers_.extract(timers_.begin());
      now_ = std::max(now_, timer.key());
      timer.mapped()();
    }
    now_ = end;
  }
  std::size_t timers() const { return timers_.size(); }
  bool idle() const { return timers_.empty(); }
  // How long until the next timer.
  Instant next() const { return timers_.begin()->first - now_; }

 private:
  Instant now_ = std::chrono::hours(1);
  std::multimap<Instant, std::function<void()>> timers_;
};

}  // namespace argosy::llm
