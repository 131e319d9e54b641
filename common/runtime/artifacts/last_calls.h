// When calls to a bucket are given up for a step that was asked to stop: a little later than that, so that what it has done can still be
// put where the bucket answers. Used by RunningStep and the journal of models. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <stop_token>
#include <utility>

#include "common/core/clock.h"

namespace argosy::runtime {

// libcurl looks once a second, so the last call is over a second later: together well within kStopGrace (drain.h), in which a handler must
// have noticed and its log must be kept.
inline constexpr std::chrono::milliseconds kLastCalls{2'000};

class LastCalls {
 public:
  // `clock` outlives this.
  LastCalls(std::stop_token stop, const Clock& clock)
      : clock_(clock), noted_(std::move(stop), [this] { over_at_ = clock_.boot_time() + kLastCalls; }) {}

  // Any thread; never blocks.
  bool over() const { return clock_.boot_time() >= over_at_.load(); }

 private:
  const Clock& clock_;
  std::atomic<std::chrono::nanoseconds> over_at_{std::chrono::nanoseconds::max()};
  const std::stop_callback<std::function<void()>> noted_;  // last: it may call at once
};

}  // namespace argosy::runtime
