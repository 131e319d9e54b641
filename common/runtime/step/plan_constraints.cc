#include "common/runtime/step/plan_constraints.h"

#include <string>

#include "common/store/plans/plans.h"

namespace argosy::runtime {

Result<void> constrain_by_plan(store::Database& db, Announcer& announcer, const store::ClaimedStep& step,
                               const tasks::Constraints& of_plan) {
  ARGOSY_TRY(const auto moved,
             store::constrain_by_plan(db, step.org, step.ref, step.lease_epoch, of_plan, std::string(tasks::to_string(step.queue))));
  announcer.tell(moved.ready, moved.events);
  if (moved.kind != store::Steered::Kind::refused || moved.why == "task_final")
    return {};  // of one that has ended nothing is done any more
  if (moved.why == "lease_lost") return fail_transient(moved.why, "another attempt of the step has begun");
  return fail_user(moved.why, "the task has as many globs to avoid as it may have", "join some of them into one");
}

}  // namespace argosy::runtime
