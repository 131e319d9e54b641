#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"
#include "common/store/internal/steered.h"
#include "common/store/moves/step_columns.h"
#include "common/store/plans/plans.h"

namespace argosy::store {
namespace {

constexpr std::int64_t kNoNumber = -1;  // as the statements read it
constexpr Places kPlaces{"edit_plan.before", "edit_plan.after"};

ArrayText texts(const std::vector<std::string>& values) {
  ArrayText array;
  for (const auto& value : values) array.text(value);
  return array;
}

void add_steps(Params& params, const tasks::PlanRevision& revision) {
  StepColumns columns;
  BinaryNumbers<std::int16_t> replaces;
  for (std::size_t i = 0; i < revision.added.size(); ++i) {
    columns.add(revision.added[i], revision.added);
    replaces.add(i < revision.replaces.size() ? revision.replaces[i].value_or(kNoNumber) : kNoNumber);
  }
  columns.give_to(params);
  params.add(columns.time_limit, replaces);
}

}  // namespace

Result<Steered> edit_plan(Database& db, const OrgId& org, const TaskId& task, const PlanEdit& edit, std::string_view by) {
  Params params;
  params.add(org.uuid).add(task.uuid).text(by).add(edit.step).text(edit.was).text(edit.becomes).add(edit.highest);
  ArrayText superseded;
  for (const auto ordinal : edit.revision.superseded) superseded.add(ordinal);
  params.add(std::move(superseded)).add(texts(edit.constraints.avoid_files));
  params.add(edit.constraints.max_files_changed.value_or(kNoNumber));
  add_steps(params, edit.revision);
  return steered(call(db, "edit_plan", params, kPlaces));
}

Result<Steered> constrain_by_plan(Database& db, const OrgId& org, const StepRef& step, std::int64_t lease_epoch,
                                  const tasks::Constraints& of_plan, std::string_view by) {
  Params params;
  params.add(org.uuid).add(step.task.uuid).text(by).add(step.ordinal).add(lease_epoch);
  params.add(texts(of_plan.avoid_files)).add(of_plan.max_files_changed.value_or(kNoNumber));
  return steered(call(db, "constrain_by_plan", params));
}

}  // namespace argosy::store
