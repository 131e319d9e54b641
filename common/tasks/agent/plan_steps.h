// From a plan in nodes to the steps that do them, at its beginning and when it is edited while its steps run. Used by planning and ingest.
// Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/core/error.h"
#include "common/tasks/agent/last_steps.h"
#include "common/tasks/agent/plan.h"
#include "common/tasks/step.h"

namespace argosy::tasks {

// One agent step a node, each behind those that it builds on and with the changes of all of these, in the order in which they were made;
// then test and push. Nodes without a share of the budget get an equal part of what is left. problems_of() found nothing in the plan.
std::vector<NewStep> steps_of(const Plan& plan, const Target& target);

// A step that a task has, none of those that were superseded or hang on its end.
struct StandingStep {
  std::int16_t ordinal = 0;
  std::string kind, payload;
  bool begun = false;                        // it was ever claimed
  std::optional<std::int16_t> added_by{};    // a step that is none of planning
  std::optional<std::int16_t> stands_for{};  // whose place it took: the last step of a detour
  std::vector<std::int16_t> depends_on{}, inputs{};
};

struct PlanRevision {
  std::vector<std::int16_t> superseded{};  // ascending; none of them has begun
  std::vector<NewStep> added{};
  std::vector<std::optional<std::int16_t>> replaces{};  // of each added one: the superseded step whose place it takes
};

// What has to become of the steps when `to` takes the place of the plan `from` that they follow. New ones get ordinals from
// `first_ordinal` on. Of what has not begun all may change; steps that come out as they are stay. Errors (B): plan_node_begun (a node has
// begun that the new plan has not, or has otherwise; its criteria count), plan_tested (the tests of the outcome have begun).
Result<PlanRevision> revise(const Plan& from, const Plan& to, const Target& target, const std::vector<StandingStep>& standing,
                            std::int16_t first_ordinal);

}  // namespace argosy::tasks
