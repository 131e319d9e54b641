// A plan as a model drafts it: the second of a planner's calls. Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/core/json.h"
#include "common/tasks/agent/plan_bounds.h"
#include "workers/planning/prompted/understanding.h"

namespace argosy::planning {

// JSON Schema of the answer.
const json::Value& draft_schema();

struct Draft {
  tasks::Plan plan{};
  std::vector<std::string> problems{};  // for whoever wrote it; empty: the plan may be followed
};

// The model writes the summary and the nodes; all else is what was understood. Ids are brought into their form. A model that says why it
// cannot be done has written a problem, too.
Draft draft_from(std::string_view answer, const Understanding& understanding, const tasks::PlanBounds& bounds);
// A plan that a person wrote, whole.
Draft draft_of_person(std::string_view json_text, const tasks::PlanBounds& bounds);

}  // namespace argosy::planning
