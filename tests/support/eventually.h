// The one place where a test may look again and again: for conditions that live in another process (a row, a file, a port), where no
// signal reaches us. Inside one process wait on a condition variable or a latch instead.
#pragma once

#include <poll.h>

#include <chrono>

#include "common/core/clock.h"

namespace argosy::testing {

inline constexpr std::chrono::milliseconds kLookAgainEvery{20};
inline constexpr std::chrono::seconds kPatience{120};  // far above what any of them takes: only a broken promise reaches it

// True as soon as `condition()` is; false when `patience` is over. Says nothing about how long it took: no test may.
template <class Condition>
bool eventually(Condition&& condition, std::chrono::milliseconds patience = kPatience) {
  const auto end = system_clock().boot_time() + patience;
  while (!condition()) {
    if (system_clock().boot_time() >= end) return false;
    ::poll(nullptr, 0, static_cast<int>(kLookAgainEvery.count()));
  }
  return true;
}

}  // namespace argosy::testing
