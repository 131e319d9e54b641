#include "workers/ingest/steer/steer.h"

#include "common/store/steering.h"
#include "workers/ingest/edge/body.h"
#include "workers/ingest/read/task_view.h"
#include "workers/ingest/read/tasks.h"
#include "workers/ingest/steer/obstacles.h"
#include "workers/ingest/steer/requests.h"

namespace argosy::ingest {
namespace {

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

http::Response answer_checkpoint(Service& service, const Call& call) {
  INGEST_TRY(const TaskId id, task_id_of(call));
  const std::string& name = call.request.params.at("checkpoint_id");
  const auto checkpoint = tasks::checkpoint_from_id(name);
  if (!checkpoint) return respond(Refusal{.type = "checkpoint_not_found", .detail = "What stands in the path is no checkpoint's id."});
  INGEST_TRY(const auto body, read_body(call.request, static_cast<std::size_t>(service.settings.max_body_bytes)));
  INGEST_TRY(auto answer, read_answer(body));
  answer.step = checkpoint->first;
  answer.name = checkpoint->second;
  INGEST_TRY([[maybe_unused]] const auto done,
             told(service, call, id, store::answer(service.db, call.caller.org, id, answer, call.caller.user)));
  return http::json_response(
      200, json::Object{{"task_id", id.to_string()}, {"checkpoint_id", name}, {"verdict", tasks::to_string(answer.verdict)}});
}

http::Response constrain_task(Service& service, const Call& call) {
  INGEST_TRY(const TaskId id, task_id_of(call));
  INGEST_TRY(const auto body, read_body(call.request, static_cast<std::size_t>(service.settings.max_body_bytes)));
  INGEST_TRY(const auto more, read_more_constraints(body));
  INGEST_TRY(const auto done, told(service, call, id, store::constrain(service.db, call.caller.org, id, more, call.caller.user)));
  INGEST_TRY(const auto stands, tasks::constraints_from(done.stands));
  return http::json_response(200, json::Object{{"task_id", id.to_string()}, {"constraints", constraints_json(stands)}});
}

http::Response roll_back_task(Service& service, const Call& call) {
  INGEST_TRY(const TaskId id, task_id_of(call));
  INGEST_TRY(const auto key, read_idempotency_key(call.request));
  INGEST_TRY(const auto body, read_body(call.request, static_cast<std::size_t>(service.settings.max_body_bytes)));
  INGEST_TRY(const auto to_step, read_rollback(body));
  INGEST_TRY(const auto done, told(service, call, id, store::rollback(service.db, call.caller.org, id, to_step, key, call.caller.user)));
  INGEST_TRY(const auto stands, json::parse(done.stands));
  json::Object out{{"task_id", id.to_string()}};
  for (const auto& [name, value] : stands.as_object()) out.append(name, value);
  return http::json_response(200, out);
}

}  // namespace argosy::ingest
