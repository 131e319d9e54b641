// A step that came by datagram comes once more through Kafka, a few milliseconds later: this remembers it for so long, and that dispatch is
// settled without asking the database again. What is remembered too long or wrongly costs time only: the scheduler announces again what is
// ready and not claimed. The claimer adds and looks, the finisher takes away. Thread-safe; time comes in as an argument.
#pragma once

#include <chrono>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "common/core/ids.h"

namespace argosy::runtime {

class Twins {
 public:
  static constexpr std::chrono::seconds kRemembered{1};
  static constexpr std::size_t kMost = 256;

  // A datagram named it. False when it did already, or when too many are remembered: leave it to its dispatch.
  bool expect(const StepRef& step, std::chrono::nanoseconds now);
  // A dispatch names these: without those that were expected, each of which is expected no more.
  std::vector<StepRef> strangers(const std::vector<StepRef>& steps, std::chrono::nanoseconds now);
  // It was not claimed, or is about to be ready again: its next dispatch counts.
  void forget(const StepRef& step);

 private:
  std::mutex mutex_;
  std::unordered_map<StepRef, std::chrono::nanoseconds> until_;
};

}  // namespace argosy::runtime
