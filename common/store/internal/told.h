// What a move tells besides its own answer: steps to announce and events to publish. Internal to the room; any thread.
#pragma once

#include <string>
#include <vector>

#include "common/core/clock.h"
#include "common/core/ids.h"
#include "common/store/internal/rows.h"
#include "common/tasks/events.h"
#include "common/tasks/step.h"

namespace argosy::store {

// What a move tells (schemas/migrations/0006: type news). `all` stands for an answer to each that was asked for.
enum class News { all = 0, answer = 1, ready = 2, events = 3, ready_again = 4 };
struct Told {
  struct Answer {
    TaskId task;
    std::int16_t ordinal = 0;
    std::int64_t n = 0;
    UnixMillis at = 0;
    std::string type, body;
  };
  bool all = false;
  std::vector<Answer> answers;
  std::vector<tasks::ReadyStep> ready, again;
  std::vector<tasks::Event> events;
};
// Of statements that select columns what, task_id, ordinal, n, queue, lane, at_ms, type, body, traceparent; in binary `at` for at_ms, which
// spares the server a division of decimals for each row.
Told told_from(const Rows& rows);

}  // namespace argosy::store
