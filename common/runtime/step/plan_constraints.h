// What a plan forbids holds for its task while the plan is in force. Used by the worker loop; any thread, blocking.
#pragma once

#include "common/core/error.h"
#include "common/runtime/announcer.h"
#include "common/store/moves.h"
#include "common/tasks/constraints.h"

namespace argosy::runtime {

// As StepContext::constrain_by_plan() says.
Result<void> constrain_by_plan(store::Database& db, Announcer& announcer, const store::ClaimedStep& step,
                               const tasks::Constraints& of_plan);

}  // namespace argosy::runtime
