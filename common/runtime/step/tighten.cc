#include "common/runtime/step/tighten.h"

#include <algorithm>
#include <string>

#include "common/store/steering.h"
#include "common/tasks/payloads.h"

namespace argosy::runtime {

Result<void> tighten(store::Database& db, Announcer& announcer, const store::ClaimedStep& step, tasks::Constraints more) {
  ARGOSY_TRY(auto stands, store::read_constraints(db, step.ref.task));
  if (!stands) {
    ARGOSY_TRY(const auto task, tasks::task_context_from(step.context));
    stands = tasks::constraints_of(task);
  }
  if (stands->max_files_changed)  // a greater number would be refused with all else
    more.max_files_changed = std::min(more.max_files_changed.value_or(*stands->max_files_changed), *stands->max_files_changed);
  ARGOSY_TRY(const auto moved, store::constrain(db, step.org, step.ref.task, more, std::string(tasks::to_string(step.queue))));
  announcer.tell(moved.ready, moved.events);
  if (moved.kind != store::Steered::Kind::refused || moved.why == "task_final")
    return {};  // of one that has ended nothing is done any more
  if (moved.why == "constraint_loosens") return fail_transient(moved.why, "somebody narrowed the task at the same moment");
  return fail_user(moved.why, "the task has as many globs to avoid as it may have", "join some of them into one");
}

}  // namespace argosy::runtime
