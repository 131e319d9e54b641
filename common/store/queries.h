// What the API, the fan-out and the command line read. Every call is scoped by organisation: a foreign id is not found. Blocking, any
// thread.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/store/database.h"
#include "common/tasks/events.h"
#include "common/tasks/queue.h"
#include "common/tasks/step_state.h"
#include "common/tasks/task_state.h"

namespace argosy::store {

struct Repository {
  OrgId org{};
  std::string id{}, url{}, default_branch{}, setup_command{}, test_command{};
  UnixMillis created_at = 0;
};
// Inserts, or replaces the settings of the same id. True when it was new.
Result<bool> put_repository(Database& db, const Repository& repository);
Result<std::optional<Repository>> get_repository(Database& db, const OrgId& org, const std::string& id);
Result<std::vector<Repository>> list_repositories(Database& db, const OrgId& org, const std::string& after_id, int limit);

struct AttemptView {
  std::int16_t attempt = 0;
  UnixMillis started_at = 0, finished_at = 0;
  std::string outcome{};  // as the column of table attempt has it
  std::optional<Error> error{};
};
struct StepView {
  std::int16_t ordinal = 0;
  tasks::Queue queue = tasks::Queue::planning;
  tasks::StepState state = tasks::StepState::blocked;
  std::string kind{}, title{}, output{};
  std::vector<std::int16_t> depends_on{};
  std::optional<std::int16_t> replaces{};  // the superseded step whose place it took
  std::int16_t attempts = 0;
  bool on_task_end = false;
  UnixMillis started_at = 0, finished_at = 0;  // 0: not yet
  std::vector<AttemptView> history{};
};
struct CheckpointView {
  std::int16_t step = 0;
  std::string name{}, type{}, description{};
  UnixMillis asked_at = 0, expires_at = 0;
};
// Why a task had failed before somebody reopened it.
struct PastError {
  Error error{};
  UnixMillis ended_at = 0, reopened_at = 0;
  std::string reopened_by{};
};
struct TaskView {
  TaskId id{};
  OrgId org{};
  std::string repository_id{}, kind{}, request{}, context{}, created_by{};
  tasks::Lane lane = tasks::Lane::normal;
  tasks::TaskState state = tasks::TaskState::queued;
  bool paused = false;        // a person holds it back; never of one that has ended
  std::int16_t progress = 0;  // percent, never falling
  std::int64_t last_seq = 0;
  std::optional<Error> error{};
  UnixMillis created_at = 0, finished_at = 0;
  std::vector<StepView> steps{};              // empty in lists
  std::vector<CheckpointView> checkpoints{};  // that wait for an answer, oldest first; empty in lists
  std::vector<PastError> past_errors{};       // oldest first; empty in lists
};
Result<std::optional<TaskView>> get_task(Database& db, const OrgId& org, const TaskId& id);

// How many steps the task may still be given by those who can do without: what is open keeps room to come to its end
// (ARGOSY_MAX_TASK_STEPS).
Result<std::int64_t> room_to_grow(Database& db, const TaskId& task);

struct TaskFilter {
  std::optional<tasks::TaskState> state{};
  std::string repository_id{};
  std::optional<TaskId> before{};  // keyset: tasks older than this one
  int limit = 50;
};
Result<std::vector<TaskView>> list_tasks(Database& db, const OrgId& org, const TaskFilter& filter);  // newest first

struct EventPage {
  std::int64_t head = 0;               // last seq of the task
  std::vector<tasks::Event> events{};  // seq > after, in order, at most limit
  std::string traceparent{};           // the task's
};
Result<std::optional<EventPage>> read_events(Database& db, const OrgId& org, const TaskId& id, std::int64_t after, int limit);

// For the fan-out, not scoped: the organisation is checked once, at attach.
struct EventRange {
  TaskId task{};
  std::int64_t after = 0;
};
Result<std::vector<tasks::Event>> read_events(Database& db, const std::vector<EventRange>& ranges, int limit_each);
Result<std::vector<std::pair<TaskId, std::int64_t>>> read_heads(Database& db, const std::vector<TaskId>& tasks);
// Changes when the server is another one than before (promoted replica, restored backup): the cursor of a client is then not continuous.
Result<std::string> history_id(Database& db);

// Median of the last 20 succeeded tasks of that repository and kind; nothing before the first.
Result<std::optional<std::chrono::milliseconds>> median_duration(Database& db, const OrgId& org, const std::string& repository_id,
                                                                 const std::string& kind);

Result<void> record_poison(Database& db, std::string_view topic, int partition, std::int64_t offset, std::string_view reason,
                           std::string_view body);

// Webhook deliveries, one row a notification, whatever is repeated.
Result<void> record_delivery(Database& db, const TaskId& task, std::int16_t step, const std::string& delivery_id, int attempt, int status,
                             std::string_view error);

// Runnable and running steps per queue, dead letters, and workers alive: for metrics and `argosy doctor`.
struct QueueDepth {
  tasks::Queue queue;
  std::int64_t ready = 0, running = 0, waiting = 0, workers = 0, slots = 0, dead = 0;
};
Result<std::vector<QueueDepth>> queue_depths(Database& db);

}  // namespace argosy::store
