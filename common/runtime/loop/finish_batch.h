// How many of the finished steps that wait go into the next call: all that fit its bounds, and always one. Pure.
#pragma once

#include <cstddef>

#include "common/store/moves.h"

namespace argosy::runtime {

inline constexpr std::size_t kMaxFinishSteps = 256;       // a call
inline constexpr std::size_t kMaxFinishBytes = 1u << 20;  // unless one step alone has more

inline std::size_t bytes_of(const store::FinishedStep& step) {
  std::size_t bytes = step.output.size();
  for (const auto& event : step.events) bytes += event.data.size();
  for (const auto* steps : {&step.added, &step.detour})
    for (const auto& added : *steps) bytes += added.payload.size();
  return bytes;
}

// `waiting` is a range of items whose finish `finished` yields.
template <class Waiting, class Finished>
std::size_t finish_batch(const Waiting& waiting, Finished&& finished) {
  std::size_t count = 0, bytes = 0;
  for (const auto& item : waiting) {
    bytes += bytes_of(finished(item));
    if (count == kMaxFinishSteps || (count > 0 && bytes > kMaxFinishBytes)) break;
    ++count;
  }
  return count;
}

}  // namespace argosy::runtime
