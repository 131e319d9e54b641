// A handler's look at what people allow, for the moment in which it has a diff in its hand. Any thread.
#pragma once

#include <vector>

#include "common/runtime/handler.h"
#include "common/tasks/constraints.h"

namespace argosy::runtime {

// Holds what was touched to the newest constraints of the task, those included that came while the step ran. Errors: those of
// tasks::check_constraints (B), and of the database (A).
inline Result<void> check_touched(const Step& step, StepContext& context, const std::vector<tasks::TouchedFile>& touched) {
  ARGOSY_TRY(const auto newest, context.newest_constraints());
  return tasks::check_constraints(newest.value_or(tasks::constraints_of(step.task)), touched);
}

}  // namespace argosy::runtime
