// The facts about a task that clients see: their types, their data as JSON, and how several of them travel. Values, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/core/ids.h"

namespace argosy::tasks {

// An event before the store has numbered it. The time is the maker's; the order is the seq.
struct NewEvent {
  std::string type;  // task_state, step_state, agent_thought, file_modified, command_executed, checkpoint_reached, steered, error
  std::string data;  // JSON object
};

struct Event {
  TaskId task;
  std::int64_t seq = 0;  // from 1, without holes, per task
  UnixMillis at = 0;
  std::string type;
  std::string data;
  std::string traceparent{};  // W3C, of the task's request; empty where it is not known
};

// Makers of the data, one a type, so that a field is spelled in one place.
NewEvent agent_thought(std::string_view agent, std::string_view reasoning, UnixMillis at);
NewEvent file_modified(std::string_view path, std::int64_t added, std::int64_t removed);
NewEvent command_executed(std::string_view command, int exit_code, std::string_view stdout_snippet);
NewEvent error_event(const Error& error, bool recoverable);
// task_state {status} and step_state {step, queue, state, attempt} are made by the store's functions, in the same shape.

// A log line of a running step: no row, no seq. `offset` counts the bytes of the step's log before `text`.
struct LogChunk {
  TaskId task;
  std::int16_t step = 0;
  std::int64_t epoch = 0;
  std::int16_t attempt = 0;
  std::int64_t offset = 0;
  std::string text;
};

}  // namespace argosy::tasks
