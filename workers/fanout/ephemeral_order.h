// The order of a task's ephemeral messages: those of an older lease are dropped, and a hole in a log is told instead of hidden. Pure; one
// thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "common/tasks/events.h"

namespace argosy::fanout {

inline constexpr std::size_t kMaxStepsFollowed = 512;  // as many as a task may have

// Bytes of a step's log that nobody will bring any more: [from, to).
struct LogHole {
  std::int64_t from = 0, to = 0;
};

class EphemeralOrder {
 public:
  // Whether a message of this lease is news: false when a later lease of the step was heard of.
  bool is_current(std::int16_t step, std::int64_t epoch);

  struct Verdict {
    bool deliver = false;
    std::optional<LogHole> hole{};  // tell it first
  };
  // A chunk that repeats bytes, or comes from an older lease, is not delivered. One that overlaps is cut to its new part.
  Verdict take(tasks::LogChunk& chunk);

 private:
  struct Step {
    std::int64_t epoch = 0;
    std::optional<std::int64_t> end{};  // of the log so far; nothing before the first chunk
  };
  std::map<std::int16_t, Step> steps_;
};

}  // namespace argosy::fanout
