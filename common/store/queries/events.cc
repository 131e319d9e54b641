#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"
#include "common/store/queries.h"

namespace argosy::store {

Result<std::optional<EventPage>> read_events(Database& db, const OrgId& org, const TaskId& id, std::int64_t after, int limit) {
  ARGOSY_TRY(const auto rows, call(db, "read_events", Params().add(org.uuid).add(id.uuid).add(after).add(limit)));
  if (rows.empty()) return std::nullopt;
  EventPage page{.head = int_from(rows[0][0]), .traceparent = text_from(rows[0][5])};
  for (const auto& row : rows)
    if (!row[1].is_null())
      page.events.push_back({id, int_from(row[1]), int_from(row[2]), text_from(row[3]), text_from(row[4]), text_from(row[5])});
  return page;
}

Result<std::vector<tasks::Event>> read_events(Database& db, const std::vector<EventRange>& ranges, int limit_each) {
  ArrayText task, after;
  for (const EventRange& range : ranges) {
    task.add(range.task.uuid);
    after.add(range.after);
  }
  ARGOSY_TRY(const auto rows, call(db, "read_event_ranges", Params().add(std::move(task)).add(std::move(after)).add(limit_each)));
  std::vector<tasks::Event> events;
  events.reserve(rows.size());
  for (const auto& row : rows)
    events.push_back(
        {TaskId{uuid_from(row[0])}, int_from(row[1]), int_from(row[2]), text_from(row[3]), text_from(row[4]), text_from(row[5])});
  return events;
}

Result<std::vector<std::pair<TaskId, std::int64_t>>> read_heads(Database& db, const std::vector<TaskId>& tasks) {
  ArrayText ids;
  for (const TaskId& id : tasks) ids.add(id.uuid);
  ARGOSY_TRY(const auto rows, call(db, "read_heads", Params().add(std::move(ids))));
  std::vector<std::pair<TaskId, std::int64_t>> heads;
  for (const auto& row : rows) heads.emplace_back(TaskId{uuid_from(row[0])}, int_from(row[1]));
  return heads;
}

Result<std::string> history_id(Database& db) {
  ARGOSY_TRY(const auto rows, call(db, "history_id", Params()));
  return text_from(rows[0][0]);
}

}  // namespace argosy::store
