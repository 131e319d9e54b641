#include "workers/ingest/steer/obstacles.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/telemetry/log.h"
#include "workers/ingest/read/tasks.h"

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
    {"step_superseded", "A rollback or an edit of the plan undid this step.", "Name the step that took its place: its `replaces` says so.",
     "/to_step"},
    {"step_not_finished", "The step has not succeeded.", "Choose one that has; a redrive gives a failed step another life.", "/to_step"},
    {"nothing_to_undo", "No step comes after this one.", "Choose an earlier step, or submit the task again with POST .../retry.",
     "/to_step"},
    {"too_many_rollbacks", "The task was rolled back too often.", "Submit it again with POST .../retry.", ""},
    {"rollback_impossible", "What would be undone had added steps on which others hang.", "Choose a step further back.", "/to_step"},
    {"plan_changed", "The plan is another one by now.", "Read it again.", ""},
    {"too_many_plan_edits", "The plan was edited too often.", "POST .../retry plans anew.", ""},
    {"idempotency_key_reused", "This Idempotency-Key stands with another body.", "Use a new key for a new request.", ""},
});

}  // namespace

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

Checked<store::Steered> told(Service& service, const Call& call, const TaskId& id, Result<store::Steered> outcome) {
  if (!outcome) return std::unexpected(refusal_of(outcome.error()));
  if (outcome->kind == Kind::not_found || outcome->kind == Kind::refused) return std::unexpected(why_not(*outcome, id));
  if (outcome->kind == Kind::done)
    telemetry::log_info("task steered", {{"task_id", id.to_string()}, {"by", call.caller.user}, {"path", call.request.path}});
  service.tell(outcome->ready, outcome->events);
  return std::move(*outcome);
}

}  // namespace argosy::ingest
