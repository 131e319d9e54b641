// From a plan in nodes to the steps that do them. Pure, any thread.
#pragma once

#include <string>
#include <vector>

#include "common/tasks/agent/plan.h"
#include "common/tasks/step.h"
#include "workers/planning/plan.h"

namespace argosy::planning {

// One agent step a node, each behind those that it builds on and with the changes of all of these, in the order in which they were made;
// then test and push. Nodes without a share of the budget get an equal part of what is left. problems_of() found nothing in the plan.
std::vector<tasks::NewStep> steps(const tasks::Plan& plan, const Target& target);

}  // namespace argosy::planning
