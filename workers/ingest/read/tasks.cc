#include "workers/ingest/read/tasks.h"

#include <limits>

#include "common/store/moves.h"
#include "common/store/queries.h"
#include "workers/ingest/edge/query.h"
#include "workers/ingest/read/task_view.h"
#include "workers/ingest/submit/task_request.h"

namespace argosy::ingest {
namespace {

constexpr std::string_view kTaskList = "tasks";
constexpr std::int64_t kDefaultEvents = 100;
constexpr std::int64_t kMaxEvents = 1000;

}  // namespace

Checked<TaskId> task_id_of(const Call& call) {
  const std::string& text = call.request.params.at("task_id");
  if (const auto id = TaskId::parse(text)) return *id;
  return std::unexpected(Refusal{.type = "task_not_found", .detail = "What stands in the path is not the id of a task."});
}

Refusal task_not_found(const TaskId& id) { return {.type = "task_not_found", .detail = "There is no task " + id.to_string() + "."}; }

http::Response list_tasks(Service& service, const Call& call) {
  QueryReader query(call.request);
  store::TaskFilter filter;
  if (const auto status = query.text("status")) {
    filter.state = tasks::task_state_from_string(*status);
    if (!filter.state)
      query.fail("parameter_invalid", "status must be queued, planning, running, waiting, succeeded, failed or cancelled.");
  }
  filter.repository_id = query.text("repository_id").value_or("");
  if (!filter.repository_id.empty() && !is_repository_id(filter.repository_id))
    query.fail("parameter_invalid", "repository_id must be \"owner/name\".");
  const auto limit = query.limit();
  if (const std::string before = query.cursor(kTaskList); !before.empty()) {
    filter.before = TaskId::parse(before);
    if (!filter.before) query.fail_cursor();
  }
  if (query.refusal()) return respond(*query.refusal());

  filter.limit = static_cast<int>(limit) + 1;  // one more tells whether there is a next page
  INGEST_TRY(auto found, store::list_tasks(service.db, call.caller.org, filter));
  json::Value next = end_page(found, limit, kTaskList, [](const auto& one) { return one.id.to_string(); });
  json::Array tasks;
  for (const auto& task : found) tasks.push_back(task_summary(task));
  return http::json_response(200, json::Object{{"tasks", std::move(tasks)}, {"next_cursor", std::move(next)}});
}

http::Response get_task(Service& service, const Call& call) {
  INGEST_TRY(const TaskId id, task_id_of(call));
  INGEST_TRY(const auto task, store::get_task(service.db, call.caller.org, id));
  if (!task) return respond(task_not_found(id));
  return http::json_response(200, task_json(*task, service.settings));
}

http::Response cancel_task(Service& service, const Call& call) {
  INGEST_TRY(const TaskId id, task_id_of(call));
  INGEST_TRY(const auto outcome, store::cancel(service.db, call.caller.org, id, call.caller.user));
  using Kind = store::Cancelled::Kind;
  if (outcome.kind == Kind::not_found) return respond(task_not_found(id));
  service.tell(outcome.ready, outcome.events);
  if (outcome.kind == Kind::already_final && outcome.state != tasks::TaskState::cancelled) {
    return respond(Refusal{.type = "task_final", .detail = "The task has " + std::string(tasks::to_string(outcome.state)) + "."});
  }
  return http::json_response(200, json::Object{{"task_id", id.to_string()}, {"status", "cancelled"}});
}

http::Response list_events(Service& service, const Call& call) {
  INGEST_TRY(const TaskId id, task_id_of(call));
  QueryReader query(call.request);
  const auto after = query.integer("after", 0, std::numeric_limits<std::int64_t>::max()).value_or(0);
  const auto limit = query.integer("limit", 1, kMaxEvents).value_or(kDefaultEvents);
  if (query.refusal()) return respond(*query.refusal());

  INGEST_TRY(const auto page, store::read_events(service.db, call.caller.org, id, after, static_cast<int>(limit)));
  if (!page) return respond(task_not_found(id));
  json::Array events;
  for (const auto& event : page->events) {
    auto data = json::parse(event.data);
    events.emplace_back(json::Object{{"seq", event.seq},
                                     {"time", rfc3339(event.at)},
                                     {"type", event.type},
                                     {"data", data ? std::move(*data) : json::Value(json::Object{})}});
  }
  json::Value next;
  if (!page->events.empty() && page->events.back().seq < page->head) next = page->events.back().seq;
  return http::json_response(200, json::Object{{"head", page->head}, {"events", std::move(events)}, {"next_after", std::move(next)}});
}

}  // namespace argosy::ingest
