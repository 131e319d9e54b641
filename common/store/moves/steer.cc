#include "common/store/steering.h"

#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"

namespace argosy::store {
namespace {

// schemas/migrations/0019: steer_answer.
Result<Steered> steer(Database& db, std::string_view move, const Params& params) {
  ARGOSY_TRY(const auto rows, call(db, move, params));
  Told told = told_from(rows);
  if (told.answers.empty()) return Steered{.kind = Steered::Kind::not_found};
  const auto& answer = told.answers.front();
  const auto kind = answer.n == 1 ? Steered::Kind::done : answer.n == 0 ? Steered::Kind::unchanged : Steered::Kind::refused;
  const bool refused = kind == Steered::Kind::refused;
  return Steered{.kind = kind,
                 .why = refused ? answer.type : "",
                 .state = refused ? answer.body : answer.type,
                 .ready = std::move(told.ready),
                 .events = std::move(told.events)};
}

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

}  // namespace argosy::store
