#include "workers/ingest/steer/steer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/core/text.h"
#include "common/store/queries.h"
#include "common/store/steering.h"
#include "common/tasks/agent/plan.h"
#include "common/telemetry/log.h"
#include "workers/ingest/edge/body.h"
#include "workers/ingest/read/plan.h"
#include "workers/ingest/read/task_view.h"
#include "workers/ingest/read/tasks.h"
#include "workers/ingest/steer/requests.h"

namespace argosy::ingest {
namespace {

using Kind = store::Steered::Kind;

// What is in the way of a move, as the caller should read it; {} is what the store says beside it.
struct Obstacle {
  std::string_view why, detail, hint, pointer;
};
constexpr auto kObstacles = std::to_array<Obstacle>({
    {"checkpoint_answered", "It stands answered otherwise: {}.", "The first answer counts.", ""},
    {"checkpoint_closed", "Nobody waits for the answer any more.", "A redrive of the step asks again.", ""},
    {"checkpoint_not_found", "The task has no such checkpoint, and the step will not ask any more.", "", ""},
    {"too_many_early_answers", "Too many answers of this task wait for their questions.", "Answer when it asks.", ""},
    {"constraint_loosens", "max_files_changed stands at {}.", "Constraints of a task that runs only get tighter.", "/max_files_changed"},
    {"too_many_constraints", "The task would have more than {} globs to avoid.", "", "/avoid_files"},
    {"step_not_found", "The task has no such step, or it hangs on the task's end.", "", "/to_step"},
    {"step_superseded", "A rollback undid this step.", "Name the step that took its place: its `replaces` says so.", "/to_step"},
    {"step_not_finished", "The step has not succeeded.", "Choose one that has; a redrive gives a failed step another life.", "/to_step"},
    {"nothing_to_undo", "No step comes after this one.", "Choose an earlier step, or submit the task again with POST .../retry.",
     "/to_step"},
    {"too_many_rollbacks", "The task was rolled back too often.", "Submit it again with POST .../retry.", ""},
    {"rollback_impossible", "What would be undone had added steps on which others hang.", "Choose a step further back.", "/to_step"},
    {"idempotency_key_reused", "This Idempotency-Key stands with another body.", "Use a new key for a new request.", ""},
});

Refusal why_not(const store::Steered& outcome, const TaskId& id) {
  if (outcome.kind == Kind::not_found) return task_not_found(id);
  if (outcome.why == "task_final") {
    return {.type = outcome.why,
            .detail = "The task has " + (outcome.state == "cancelled" ? "been cancelled." : outcome.state + "."),
            .hint = "POST .../retry submits it again, POST .../rollback sets it back to one of its steps."};
  }
  const auto* known = std::ranges::find(kObstacles, outcome.why, &Obstacle::why);
  if (known == kObstacles.end()) return {.type = "internal", .detail = "The move was refused: " + outcome.why + "."};
  return {.type = outcome.why,
          .detail = fmt::format(fmt::runtime(known->detail), outcome.state),
          .pointer = std::string(known->pointer),
          .hint = std::string(known->hint)};
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

http::Response replace_plan(Service& service, const Call& call) {
  INGEST_TRY(const TaskId id, task_id_of(call));
  const auto condition = call.request.header("If-Match");
  if (condition.empty())
    return respond(Refusal{.type = "if_match_required", .detail = "Name the plan that this one replaces in If-Match: the ETag of a GET."});
  INGEST_TRY(const auto task, store::get_task(service.db, call.caller.org, id));
  if (!task) return respond(task_not_found(id));
  INGEST_TRY(auto stands, find_plan(service.db, *task));
  if (!stands) return respond(Refusal{.type = "plan_not_found", .detail = "The task has no plan, or not yet."});
  if (condition != stands->etag) return respond(Refusal{.type = "plan_changed", .detail = "The plan is not the one that If-Match names."});
  const auto asked =
      std::ranges::find_if(task->checkpoints, [&](const auto& one) { return one.step == stands->step && one.name.starts_with("plan"); });
  if (asked == task->checkpoints.end())
    return respond(Refusal{.type = "plan_followed",
                           .detail = "Nobody is asked about this plan any more.",
                           .hint = "POST .../rollback undoes steps that followed it; POST .../retry plans anew."});
  INGEST_TRY(const auto body, read_body(call.request, kMaxAnswer));
  const auto plan = tasks::plan_from(json::dump(body));
  if (!plan) return respond(Refusal{.type = "plan_invalid", .detail = plan.error().message});
  if (const auto problems = tasks::problems_of(*plan); !problems.empty())
    return respond(Refusal{.type = "plan_invalid", .detail = text::join(problems, "; ")});
  const tasks::Answer answer{
      .step = stands->step, .name = asked->name, .verdict = tasks::Verdict::correct, .text = tasks::to_json_text(*plan)};
  INGEST_TRY([[maybe_unused]] const auto done,
             told(service, call, id, store::answer(service.db, call.caller.org, id, answer, call.caller.user)));
  return http::json_response(202,
                             json::Object{{"task_id", id.to_string()}, {"checkpoint_id", tasks::checkpoint_id(answer.step, answer.name)}});
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
