// PUT .../plan: another plan in the place of the one that people are asked about, or of the one that steps follow already.
#include <algorithm>
#include <optional>

#include "common/core/text.h"
#include "common/store/plans/plans.h"
#include "common/store/queries.h"
#include "common/tasks/agent/plan_bounds.h"
#include "common/tasks/payloads.h"
#include "workers/ingest/edge/body.h"
#include "workers/ingest/read/plan.h"
#include "workers/ingest/read/tasks.h"
#include "workers/ingest/steer/obstacles.h"
#include "workers/ingest/steer/requests.h"
#include "workers/ingest/steer/steer.h"

namespace argosy::ingest {
namespace {

// Steps begin and come while an edit is made up; each time it is made up anew.
constexpr int kMaxTries = 5;
// A step is known by the highest ordinal that there ever was; those of planning and of agents stay below the first of these.
constexpr std::int16_t kFirstLateOrdinal = 10'000;

Refusal not_found() { return {.type = "plan_not_found", .detail = "The task has no plan, or not yet."}; }
Refusal changed() { return {.type = "plan_changed", .detail = "The plan is not the one that If-Match names.", .hint = "Read it again."}; }

Checked<tasks::Plan> read_plan(const json::Value& body, const tasks::PlanBounds& bounds) {
  auto plan = tasks::plan_from(json::dump(body));
  if (!plan) return std::unexpected(Refusal{.type = "plan_invalid", .detail = plan.error().message});
  if (const auto problems = tasks::problems_of(*plan, bounds); !problems.empty())
    return std::unexpected(Refusal{.type = "plan_invalid", .detail = text::join(problems, "; ")});
  return std::move(*plan);
}

// What the task was submitted with; its constraints are those without the plan's.
Checked<tasks::PlanBounds> bounds_of(const store::TaskView& task, std::optional<tasks::Constraints> own = {}) {
  const auto context = tasks::task_context_from(task.context);
  if (!context) return std::unexpected(refusal_of(context.error()));
  return tasks::PlanBounds{.constraints = own ? std::move(*own) : tasks::constraints_of(*context),
                           .agent = context->agent ? context->agent->name : std::string()};
}

// As GET reads it, so that both give it the same ETag.
json::Value plan_in(const std::string& output) {
  const auto value = json::parse(output);
  const auto* plan = value ? value->find("plan") : nullptr;
  return plan == nullptr ? json::Value() : *plan;
}

Refusal ended(const store::TaskView& task) {
  return why_not({.kind = store::Steered::Kind::refused, .why = "task_final", .state = std::string(tasks::to_string(task.state))}, task.id);
}

// The planner is asked again with the person's plan as the answer.
http::Response answer_with_plan(Service& service, const Call& call, const store::TaskView& task, const FoundPlan& stands,
                                const std::string& checkpoint, const json::Value& body) {
  INGEST_TRY(const auto bounds, bounds_of(task));
  INGEST_TRY(const auto plan, read_plan(body, bounds));
  const tasks::Answer answer{
      .step = stands.step, .name = checkpoint, .verdict = tasks::Verdict::correct, .text = tasks::to_json_text(plan)};
  INGEST_TRY([[maybe_unused]] const auto done,
             told(service, call, task.id, store::answer(service.db, call.caller.org, task.id, answer, call.caller.user)));
  return http::json_response(
      202, json::Object{{"task_id", task.id.to_string()}, {"checkpoint_id", tasks::checkpoint_id(answer.step, answer.name)}});
}

http::Response edited(const TaskId& id, const std::string& etag, const store::Steered& done) {
  INGEST_TRY(const auto stands, json::parse(done.stands));
  json::Object out{{"task_id", id.to_string()}};
  for (const auto& [name, value] : stands.as_object()) out.append(name, value);
  auto response = http::json_response(200, out);
  response.headers["ETag"] = etag;
  return response;
}

// While its steps run. Nothing: they moved in between.
Checked<std::optional<http::Response>> try_edit(Service& service, const Call& call, const store::TaskView& task,
                                                const std::string& condition, const json::Value& body) {
  auto followed = store::read_followed_plan(service.db, call.caller.org, task.id);
  if (!followed) return std::unexpected(refusal_of(followed.error()));
  if (!*followed) return std::unexpected(not_found());
  auto& now = **followed;
  auto output = tasks::plan_output_from(now.output);
  if (!output || !output->plan) return std::unexpected(not_found());
  auto bounds = bounds_of(task, now.own);
  if (!bounds) return std::unexpected(std::move(bounds.error()));
  auto plan = read_plan(body, *bounds);
  if (!plan) return std::unexpected(std::move(plan.error()));
  const auto from = std::move(*output->plan);
  // Whoever asks for what stands already need not have seen it: so a repeat is told the same.
  const bool stands = from == *plan;
  if (!stands && condition != etag_of(plan_in(now.output))) return std::unexpected(changed());
  if (!stands && task.finished_at != 0) return std::unexpected(ended(task));

  const tasks::Target target{.base_commit = output->base_commit, .branch = output->target_branch};
  const auto first = static_cast<std::int16_t>(std::max<int>(kFirstLateOrdinal, now.highest + 1));
  auto revision = stands ? Result<tasks::PlanRevision>() : tasks::revise(from, *plan, target, now.steps, first);
  if (!revision) return std::unexpected(refusal_of(revision.error()));
  output->plan = *plan;
  const store::PlanEdit edit{.step = now.step,
                             .was = now.output,
                             .becomes = stands ? now.output : tasks::to_json_text(*output),
                             .highest = now.highest,
                             .revision = std::move(*revision),
                             .constraints = {.avoid_files = plan->avoid_files, .max_files_changed = plan->max_files_changed}};
  auto outcome = store::edit_plan(service.db, call.caller.org, task.id, edit, call.caller.user);
  if (outcome && outcome->why == "plan_steps_moved") return std::nullopt;
  auto done = told(service, call, task.id, std::move(outcome));
  if (!done) return std::unexpected(std::move(done.error()));
  return edited(task.id, etag_of(plan_in(edit.becomes)), *done);
}

}  // namespace

http::Response replace_plan(Service& service, const Call& call) {
  INGEST_TRY(const TaskId id, task_id_of(call));
  const std::string condition(call.request.header("If-Match"));
  if (condition.empty())
    return respond(Refusal{.type = "if_match_required", .detail = "Name the plan that this one replaces in If-Match: the ETag of a GET."});
  INGEST_TRY(const auto task, store::get_task(service.db, call.caller.org, id));
  if (!task) return respond(task_not_found(id));
  INGEST_TRY(auto stands, find_plan(service.db, *task));
  if (!stands) return respond(not_found());
  const auto most = stands->state == kProposedPlan ? kMaxAnswer : tasks::kMaxPlanBytes;
  INGEST_TRY(const auto body, read_body(call.request, most));
  if (stands->state == kProposedPlan) {
    if (condition != stands->etag) return respond(changed());
    const auto asked = open_question(*task, stands->step);
    if (asked == nullptr && task->finished_at != 0) return respond(ended(*task));
    if (asked == nullptr)
      return respond(Refusal{.type = "plan_followed",
                             .detail = "Nobody is asked about this plan any more, and no step follows it yet.",
                             .hint = "Repeat the request when the planner is done."});
    return answer_with_plan(service, call, *task, *stands, asked->name, body);
  }
  for (int n = 0; n < kMaxTries; ++n) {
    auto answer = try_edit(service, call, *task, condition, body);
    if (!answer) return respond(answer.error());
    if (*answer) return std::move(**answer);
  }
  return respond(Refusal{.type = "plan_moving",
                         .detail = "Steps of the task began or came again and again while the edit was made up.",
                         .hint = "Repeat the request, or POST .../pause before it."});
}

}  // namespace argosy::ingest
