// What the handler says it lacks, asked at most every few seconds, since readiness must be quick. Thread-safe.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "common/runtime/handler.h"

namespace argosy::runtime {

class HandlerProbe {
 public:
  static constexpr std::chrono::milliseconds kEvery{5'000};

  explicit HandlerProbe(Handler& handler, const Clock& clock = system_clock()) : handler_(handler), clock_(clock) {}

  std::optional<std::string> problem() {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.boot_time();
    if (!asked_at_ || now - *asked_at_ >= kEvery) {
      problem_ = handler_.problem();
      asked_at_ = now;
    }
    return problem_;
  }

 private:
  Handler& handler_;
  const Clock& clock_;
  std::mutex mutex_;
  std::optional<std::chrono::nanoseconds> asked_at_;
  std::optional<std::string> problem_;
};

}  // namespace argosy::runtime
