// A task as `argosy watch` and `argosy show` know it: from the API's answer, kept current by the stream's events. Values, one thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/core/clock.h"
#include "common/core/json.h"

namespace argosy::cli {

struct StepModel {
  std::int64_t step = 0;
  std::string queue, title, state;
  std::vector<std::int64_t> depends_on;
  std::int64_t attempts = 0;
  UnixMillis started_at = 0, finished_at = 0;  // 0: not yet
};

struct CheckpointModel {
  std::string id, type, description;
};

struct TaskModel {
  std::string id, repository, status = "queued", logs_url, stream_url;
  std::int64_t progress = 0;  // percent, never falling
  UnixMillis created_at = 0, finished_at = 0;
  std::map<std::int64_t, StepModel> steps;
  std::vector<CheckpointModel> checkpoints;  // that wait for an answer, as the API told last
  json::Value result, error;

  bool ended() const { return status == "succeeded" || status == "failed" || status == "cancelled"; }
};

// What GET /api/v1/tasks/{id} answers.
TaskModel task_from(const json::Value& answer);

// What one event of the stream changes. False when it tells of a step that the model does not know: the DAG has grown, ask the API.
bool apply_event(TaskModel& task, std::string_view type, const json::Value& data, UnixMillis at);

// One line for people about an event; empty when there is nothing to say.
std::string describe_event(const TaskModel& task, std::string_view type, const json::Value& data);

// RFC 3339 as the API writes it, or 0.
UnixMillis time_from(std::string_view text);

}  // namespace argosy::cli
