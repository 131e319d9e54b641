#include "workers/ingest/steer/steer.h"

#include "common/store/steering.h"
#include "common/telemetry/log.h"
#include "workers/ingest/read/tasks.h"

namespace argosy::ingest {
namespace {

using Kind = store::Steered::Kind;

// What stands in the way of a move, as the caller should read it.
Refusal why_not(const store::Steered& outcome, const TaskId& id) {
  if (outcome.kind == Kind::not_found) return task_not_found(id);
  return {.type = "task_final",
          .detail = "The task has " + (outcome.state == "cancelled" ? "been cancelled." : outcome.state + "."),
          .hint = "Only a task that has not ended can be steered."};
}

// The others are to hear of it before the caller does.
Checked<store::Steered> told(Service& service, const Call& call, const TaskId& id, Result<store::Steered> outcome) {
  if (!outcome) return std::unexpected(refusal_of(outcome.error()));
  if (outcome->kind == Kind::not_found || outcome->kind == Kind::refused) return std::unexpected(why_not(*outcome, id));
  if (outcome->kind == Kind::done)
    telemetry::log_info("task steered", {{"task_id", id.to_string()}, {"by", call.caller.user}, {"path", call.request.path}});
  service.tell(outcome->ready, outcome->events);
  return std::move(*outcome);
}

http::Response paused(const TaskId& id, bool paused) {
  return http::json_response(200, json::Object{{"task_id", id.to_string()}, {"paused", paused}});
}

}  // namespace

http::Response pause_task(Service& service, const Call& call) {
  INGEST_TRY(const TaskId id, task_id_of(call));
  INGEST_TRY([[maybe_unused]] const auto done, told(service, call, id, store::pause(service.db, call.caller.org, id, call.caller.user)));
  return paused(id, true);
}

http::Response resume_task(Service& service, const Call& call) {
  INGEST_TRY(const TaskId id, task_id_of(call));
  INGEST_TRY([[maybe_unused]] const auto done, told(service, call, id, store::resume(service.db, call.caller.org, id, call.caller.user)));
  return paused(id, false);
}

}  // namespace argosy::ingest
