#include "common/store/steering.h"

#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"
#include "common/store/internal/steered.h"

namespace argosy::store {
namespace {

Result<Steered> steer(Database& db, std::string_view move, const Params& params) { return steered(call(db, move, params)); }

Params about(const OrgId& org, const TaskId& task, std::string_view by) {
  Params params;
  params.add(org.uuid).add(task.uuid).text(by);
  return params;
}

}  // namespace

Result<Steered> pause(Database& db, const OrgId& org, const TaskId& task, std::string_view by) {
  return steer(db, "pause", about(org, task, by));
}

Result<Steered> resume(Database& db, const OrgId& org, const TaskId& task, std::string_view by) {
  return steer(db, "resume", about(org, task, by));
}

Result<Steered> answer(Database& db, const OrgId& org, const TaskId& task, const tasks::Answer& answer, std::string_view by) {
  Params params = about(org, task, by);
  params.add(answer.step).text(answer.name).text(tasks::to_string(answer.verdict)).text(answer.text);
  return steer(db, "answer", params);
}

Result<Steered> constrain(Database& db, const OrgId& org, const TaskId& task, const tasks::Constraints& more, std::string_view by) {
  ArrayText avoid;
  for (const auto& glob : more.avoid_files) avoid.text(glob);
  Params params = about(org, task, by);
  params.add(std::move(avoid)).add(more.max_files_changed.value_or(-1));
  return steer(db, "constrain", params);
}

Result<Steered> rollback(Database& db, const OrgId& org, const TaskId& task, std::int16_t to_step, const std::string& key,
                         std::string_view by) {
  Params params = about(org, task, by);
  params.add(to_step).text(key);
  return steer(db, "rollback", params);
}

Result<std::optional<tasks::Constraints>> read_constraints(Database& db, const TaskId& task) {
  ARGOSY_TRY(const auto rows, call(db, "read_constraints", Params().add(task.uuid)));
  if (rows.empty()) return std::nullopt;
  ARGOSY_TRY(auto constraints, tasks::constraints_from(text_from(rows[0][0])));
  return constraints;
}

}  // namespace argosy::store
