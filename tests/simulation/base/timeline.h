// Virtual time: what happens next happens at once. Events of one moment happen in the order in which they were planned. One thread.
#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include "common/core/clock.h"
#include "tests/simulation/base/random.h"

namespace argosy::simulation {

class Timeline {
 public:
  Time now() const { return now_; }
  std::uint64_t events() const { return done_; }

  void at(Time when, std::function<void()> what) {
    events_.push_back({std::max(when, now_), planned_++, std::move(what)});
    std::ranges::push_heap(events_, later);
  }
  void after(Time delay, std::function<void()> what) { at(now_ + delay, std::move(what)); }

  // The next event. False when nothing will ever happen again.
  bool step() {
    if (events_.empty()) return false;
    std::ranges::pop_heap(events_, later);
    auto event = std::move(events_.back());
    events_.pop_back();
    now_ = event.when;
    ++done_;
    event.what();
    return true;
  }

 private:
  struct Event {
    Time when;
    std::uint64_t order;
    std::function<void()> what;
  };
  static bool later(const Event& a, const Event& b) { return a.when != b.when ? a.when > b.when : a.order > b.order; }

  std::vector<Event> events_;
  Time now_{};
  std::uint64_t planned_ = 0, done_ = 0;
};

// What one machine shows of it. Its wall clock is wrong and may jump; its boot time is right, but begins anywhere.
class MachineClock final : public Clock {
 public:
  MachineClock(const Timeline& timeline, Time up_for, Time wall_error) : timeline_(timeline), up_for_(up_for), wall_error_(wall_error) {}

  UnixMillis unix_ms() const override { return std::chrono::duration_cast<std::chrono::milliseconds>(wall()).count(); }
  Time boot_time() const override { return boot_is_wall_ ? wall() : timeline_.now() + up_for_; }
  void jump(Time by) { wall_error_ += by; }
  // Broken: leases are judged by a clock that people set.
  void take_wall_for_boot() { boot_is_wall_ = true; }

 private:
  static constexpr std::chrono::hours kEpoch{490'000};
  Time wall() const { return kEpoch + timeline_.now() + wall_error_; }

  const Timeline& timeline_;
  const Time up_for_;
  Time wall_error_;
  bool boot_is_wall_ = false;
};

}  // namespace argosy::simulation
