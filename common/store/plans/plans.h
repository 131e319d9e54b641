// The plan that a task in words follows, and how it changes: edited by people while its steps run, narrowing what the task may touch as
// long as it is in force. Used by ingest and the worker loop. Blocking, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/store/database.h"
#include "common/store/steering.h"
#include "common/tasks/agent/plan_steps.h"
#include "common/tasks/constraints.h"

namespace argosy::store {

// All of one moment.
struct FollowedPlan {
  std::int16_t step = 0;                     // that had planned
  std::string output{};                      // its own, with the plan: JSON, tasks::PlanOutput
  std::int16_t highest = 0;                  // ordinal of the task's steps, superseded ones included
  tasks::Constraints own{};                  // of the task, without what the plan adds
  std::vector<tasks::StandingStep> steps{};  // by ordinal, without the one that had planned
};
// Nothing: the organisation has no such task, or its planning step has not succeeded.
Result<std::optional<FollowedPlan>> read_followed_plan(Database& db, const OrgId& org, const TaskId& task);

struct PlanEdit {
  std::int16_t step = 0;
  std::string was{}, becomes{};  // the planning step's output, before and after
  std::int16_t highest = 0;      // as it was when `revision` was made
  tasks::PlanRevision revision{};
  tasks::Constraints constraints{};  // of the new plan, in the place of what the old one added
};
// In one transaction: the plan, the steps that are superseded and added, the constraints. Of done and unchanged (it is so already) `stands`
// is JSON: superseded, added. Refusals: task_final, plan_changed, plan_steps_moved (make the revision anew), too_many_plan_edits,
// too_many_constraints. Error task_bounds_passed (B).
Result<Steered> edit_plan(Database& db, const OrgId& org, const TaskId& task, const PlanEdit& edit, std::string_view by);

// What the plan of a step that plans forbids, in the place of what an earlier attempt's did; nothing in `of_plan` takes that back.
// Refusals: lease_lost, task_final, too_many_constraints.
Result<Steered> constrain_by_plan(Database& db, const OrgId& org, const StepRef& step, std::int64_t lease_epoch,
                                  const tasks::Constraints& of_plan, std::string_view by);

// What the task forbids itself: at submit, and what people have added; without what a plan adds. Not scoped.
Result<tasks::Constraints> read_own_constraints(Database& db, const TaskId& task);

}  // namespace argosy::store
