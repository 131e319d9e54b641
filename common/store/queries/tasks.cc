#include "common/core/json.h"
#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"
#include "common/store/queries.h"
#include "common/store/queries/views.h"

namespace argosy::store {
namespace {

// A task's steps with their outputs, as one JSON text: at most 512 steps, each output bounded by its worker.
constexpr json::ParseLimits kStepsLimits{.max_bytes = 512u << 20};

// The first columns are the same in get_task.sql and list_tasks.sql.
TaskView task_from(const Row& row) {
  return {.id = TaskId{uuid_from(row[0])},
          .org = OrgId{uuid_from(row[1])},
          .repository_id = text_from(row[7]),
          .kind = text_from(row[8]),
          .created_by = text_from(row[9]),
          .lane = static_cast<tasks::Lane>(int_from(row[2])),
          .state = tasks::task_state_from_string(text_from(row[10])).value_or(tasks::TaskState::queued),
          .paused = bool_from(row[16]),
          .progress = static_cast<std::int16_t>(int_from(row[3])),
          .last_seq = int_from(row[4]),
          .error = error_from(text_from(row[11]), text_from(row[12]), text_from(row[13]), text_from(row[14]), text_from(row[15])),
          .created_at = int_from(row[5]),
          .finished_at = int_from(row[6])};
}

StepView step_from(const json::Value& value) {
  StepView step{.ordinal = static_cast<std::int16_t>(value.int_or("ordinal", 0)),
                .queue = static_cast<tasks::Queue>(value.int_or("queue", 1)),
                .state = tasks::step_state_from_string(value.string_or("state", "")).value_or(tasks::StepState::blocked),
                .kind = value.string_or("kind", ""),
                .title = value.string_or("title", ""),
                .output = value.string_or("output", ""),
                .attempts = static_cast<std::int16_t>(value.int_or("attempts", 0)),
                .on_task_end = value.bool_or("on_task_end", false),
                .started_at = value.int_or("started_at", 0),
                .finished_at = value.int_or("finished_at", 0)};
  for (const json::Value& ordinal : value.array_or_empty("depends_on"))
    step.depends_on.push_back(static_cast<std::int16_t>(ordinal.as_int()));
  if (const auto replaced = value.int_or("replaces", -1); replaced >= 0) step.replaces = static_cast<std::int16_t>(replaced);
  for (const json::Value& attempt : value.array_or_empty("history")) step.history.push_back(attempt_from(attempt));
  return step;
}

CheckpointView checkpoint_from(const json::Value& value) {
  return {.step = static_cast<std::int16_t>(value.int_or("step", 0)),
          .name = value.string_or("name", ""),
          .type = value.string_or("type", ""),
          .description = value.string_or("description", ""),
          .asked_at = value.int_or("asked_at", 0),
          .expires_at = value.int_or("expires_at", 0)};
}

}  // namespace

Result<std::optional<TaskView>> get_task(Database& db, const OrgId& org, const TaskId& id) {
  ARGOSY_TRY(const auto rows, call(db, "get_task", Params().add(org.uuid).add(id.uuid)));
  if (rows.empty()) return std::nullopt;
  TaskView task = task_from(rows[0]);
  task.request = text_from(rows[0][17]);
  task.context = text_from(rows[0][18]);
  ARGOSY_TRY(const auto steps, json::parse(text_from(rows[0][19]), kStepsLimits));
  for (const json::Value& step : steps.as_array()) task.steps.push_back(step_from(step));
  ARGOSY_TRY(const auto checkpoints, json::parse(text_from(rows[0][20])));
  for (const json::Value& one : checkpoints.as_array()) task.checkpoints.push_back(checkpoint_from(one));
  if (!rows[0][21].is_null()) {
    ARGOSY_TRY(const auto past, json::parse(text_from(rows[0][21])));
    for (const json::Value& one : past.as_array()) {
      task.past_errors.push_back({.error = error_from(one).value_or(Error{}),
                                  .ended_at = one.int_or("ended_at", 0),
                                  .reopened_at = one.int_or("reopened_at", 0),
                                  .reopened_by = one.string_or("reopened_by", "")});
    }
  }
  return task;
}

Result<std::vector<TaskView>> list_tasks(Database& db, const OrgId& org, const TaskFilter& filter) {
  Params params;
  params.add(org.uuid).text(filter.before ? filter.before->to_string() : "").text(filter.repository_id);
  params.text(filter.state ? tasks::to_string(*filter.state) : "").add(filter.limit);
  ARGOSY_TRY(const auto rows, call(db, "list_tasks", params));
  std::vector<TaskView> all;
  for (const auto& row : rows) all.push_back(task_from(row));
  return all;
}

Result<std::int64_t> room_to_grow(Database& db, const TaskId& task) {
  ARGOSY_TRY(const auto rows, call(db, "room_to_grow", Params().add(task.uuid)));
  return rows[0][0].is_null() ? 0 : int_from(rows[0][0]);
}

}  // namespace argosy::store
