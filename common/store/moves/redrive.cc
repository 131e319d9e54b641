#include "common/store/dead_letters.h"
#include "common/store/internal/call.h"
#include "common/store/internal/told.h"
#include "common/telemetry/log.h"

namespace argosy::store {
namespace {

constexpr Places kPlaces{"redrive.before", "redrive.after"};

}  // namespace

Result<Redriven> redrive(Database& db, const Uuid& redrive, const OrgId& org, std::string_view by, const std::vector<StepRef>& refs) {
  if (refs.size() > kMaxRedrive) return fail_user("redrive_too_many", "more dead letters than one call may bring back");
  ArrayText task, ordinal;
  for (const StepRef& ref : refs) {
    task.add(ref.task.uuid);
    ordinal.add(ref.ordinal);
  }
  Params params;
  params.add(redrive).add(org.uuid).text(by).add(std::move(task)).add(std::move(ordinal));
  ARGOSY_TRY(const auto rows, call(db, "redrive", params, kPlaces));
  Told told = told_from(rows);
  Redriven redriven{.ready = std::move(told.ready), .events = std::move(told.events)};
  for (const auto& answer : told.answers) {
    redriven.steps.push_back({answer.task, answer.ordinal});
    telemetry::log_info("dead letter redriven",
                        {{"task_id", answer.task.to_string()}, {"step_id", std::to_string(answer.ordinal)}, {"by", by}});
  }
  return redriven;
}

}  // namespace argosy::store
