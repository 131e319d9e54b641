// What a plan must be for one task, beside what every plan must be. Used by planning and by who edits a plan. Pure, any thread.
#pragma once

#include <string>
#include <vector>

#include "common/tasks/agent/plan.h"
#include "common/tasks/constraints.h"

namespace argosy::tasks {

struct PlanBounds {
  Constraints constraints{};  // of the task, without what plans added
  std::string agent{};        // that it was submitted with, which its plan may name beside the built-in ones; empty: none
};

// As problems_of(plan), and: write-sets that lie wholly in what the task forbids, agents that do not exist.
std::vector<std::string> problems_of(const Plan& plan, const PlanBounds& bounds);

}  // namespace argosy::tasks
