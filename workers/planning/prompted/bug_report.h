// What a plan for a bug must ask for, whatever the model wrote: that it is seen before it is mended, and explained afterwards. Pure, any
// thread.
#pragma once

#include <vector>

#include "common/tasks/agent/plan.h"
#include "workers/planning/traces/suspects.h"

namespace argosy::planning {

// Adds to the objectives of a bug's plan a reproduction first (of nodes that build on none), where the trace leads to, and the root cause
// in words at the end (of nodes on which none builds); any other plan stays as it is.
void finish_bug_plan(tasks::Plan& plan, const std::vector<Suspect>& suspects);

}  // namespace argosy::planning
