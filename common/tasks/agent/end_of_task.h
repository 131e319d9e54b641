// What the end of a task is called, from its state and the error that it ended with. Shown by ingest and the command line. Pure, any
// thread.
#pragma once

#include <optional>
#include <string>

#include "common/core/error.h"
#include "common/tasks/agent/end_reason.h"
#include "common/tasks/task_state.h"

namespace argosy::tasks {

// Nothing while the task has not ended.
std::optional<EndReason> end_reason_of(TaskState state, const std::optional<Error>& error);

// The code of the error that an agent ends its step with: "agent_stuck".
std::string agent_error_code(EndReason reason);

}  // namespace argosy::tasks
