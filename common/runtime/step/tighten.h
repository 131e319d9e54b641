// A handler narrows what its task may touch, by the move that people have for it. Used by the worker loop; any thread, blocking.
#pragma once

#include "common/core/error.h"
#include "common/runtime/announcer.h"
#include "common/store/moves.h"
#include "common/tasks/constraints.h"

namespace argosy::runtime {

// As StepContext::tighten() says.
Result<void> tighten(store::Database& db, Announcer& announcer, const store::ClaimedStep& step, tasks::Constraints more);

}  // namespace argosy::runtime
