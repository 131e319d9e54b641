// The legal lives of a task, as one table, like step_state.h for steps. Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace argosy::tasks {

enum class TaskState : std::uint8_t { queued, planning, running, waiting, succeeded, failed, cancelled };

// What makes a task move: always something that happened to one of its steps, or a person.
enum class TaskEvent : std::uint8_t {
  plan_claimed,   // its first step runs
  plan_finished,  // the DAG stands
  parked,         // nothing of it can run: it waits for time or a human
  resumed,        // what it waited for came
  all_succeeded,  // no step is open any more
  step_failed,    // one of its steps failed for good
  cancelled,      // someone wants it to stop
  reopened,       // an operator gives a dead letter of it another life, or rolls it back
};

struct TaskTransition {
  TaskState from;
  TaskEvent event;
  TaskState to;
};

std::span<const TaskTransition> task_transitions();
std::optional<TaskState> next(TaskState from, TaskEvent event);
bool is_final(TaskState state);
// As stored in SQL and sent in events. Live as long as the program.
std::string_view to_string(TaskState state);
std::string_view to_string(TaskEvent event);
std::optional<TaskState> task_state_from_string(std::string_view text);

}  // namespace argosy::tasks
