#include "common/store/quarantine.h"

#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"

namespace argosy::store {

Result<std::vector<Quarantine>> list_quarantines(Database& db, bool all) {
  ARGOSY_TRY(const auto rows, call(db, "list_quarantines", Params().add(all).add(kMostQuarantines)));
  std::vector<Quarantine> found;
  for (const auto& row : rows)
    found.push_back({.step = {TaskId{uuid_from(row[0])}, static_cast<std::int16_t>(int_from(row[1]))},
                     .org = OrgId{uuid_from(row[2])},
                     .code = text_from(row[3]),
                     .message = text_from(row[4]),
                     .began_at = int_from(row[5]),
                     .ended_at = int_from(row[6]),
                     .ended_by = text_from(row[7]),
                     .outcome = text_from(row[8]),
                     .artifacts = int_from(row[9])});
  return found;
}

Result<std::int64_t> count_quarantined(Database& db) {
  ARGOSY_TRY(const auto rows, call(db, "count_quarantined", Params()));
  return int_from(rows[0][0]);
}

Result<std::optional<std::int64_t>> end_quarantine(Database& db, const TaskId& task, QuarantineEnd how, std::string_view by) {
  const std::string_view outcome = how == QuarantineEnd::purge ? "purged" : "released";
  ARGOSY_TRY(const auto rows, call(db, "end_quarantine", Params().add(task.uuid).text(outcome).text(by)));
  if (rows[0][0].is_null()) return std::nullopt;
  if (int_from(rows[0][0]) < 0)
    return fail_user("task_runs", "steps of the task still run, and what they make would be kept back by nobody",
                     "wait for their end, or cancel the task");
  return int_from(rows[0][0]);
}

}  // namespace argosy::store
