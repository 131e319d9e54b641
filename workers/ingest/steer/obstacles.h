// What came of a move by which a person steers a task, told to the others or as a refusal to the caller. From the pool's threads.
#pragma once

#include "common/store/steering.h"
#include "workers/ingest/edge/problems.h"
#include "workers/ingest/service.h"

namespace argosy::ingest {

// The outcome is a refusal, or there is no such task.
Refusal why_not(const store::Steered& outcome, const TaskId& id);

// The others are to hear of it before the caller does. Refusals: task_not_found, task_final, and what the move names itself.
Checked<store::Steered> told(Service& service, const Call& call, const TaskId& id, Result<store::Steered> outcome);

}  // namespace argosy::ingest
