#include "common/store/internal/call.h"
#include "common/store/internal/told.h"
#include "common/store/moves.h"
#include "common/telemetry/log.h"

namespace argosy::store {

Result<Cancelled> cancel(Database& db, const OrgId& org, const TaskId& task, std::string_view by) {
  ARGOSY_TRY(const auto rows, call(db, "cancel", Params().add(org.uuid).add(task.uuid)));
  Told told = told_from(rows);
  if (told.answers.empty()) return Cancelled{.kind = Cancelled::Kind::not_found};
  const auto& answer = told.answers.front();
  if (answer.n == 1) telemetry::log_info("task cancelled", {{"task_id", task.to_string()}, {"by", by}});
  return Cancelled{.kind = answer.n == 1 ? Cancelled::Kind::cancelled : Cancelled::Kind::already_final,
                   .state = tasks::task_state_from_string(answer.type).value_or(tasks::TaskState::cancelled),
                   .ready = std::move(told.ready),
                   .events = std::move(told.events)};
}

}  // namespace argosy::store
