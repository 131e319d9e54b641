// A clock that a test moves by hand.
#pragma once

#include <atomic>

#include "common/core/clock.h"

namespace argosy::runtime {

class ManualClock final : public Clock {
 public:
  UnixMillis unix_ms() const override { return now_ns_ / 1'000'000; }
  std::chrono::nanoseconds boot_time() const override { return std::chrono::nanoseconds(now_ns_); }
  void advance(std::chrono::nanoseconds by) { now_ns_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_ns_ = 1'000'000'000;
};

}  // namespace argosy::runtime
