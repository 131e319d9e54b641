#include "workers/ingest/read/plan.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>

#include "common/core/crypto.h"
#include "common/store/blobs.h"
#include "common/store/queries.h"
#include "common/tasks/payloads.h"
#include "workers/ingest/read/tasks.h"

namespace argosy::ingest {
namespace {

// The newest planning step counts: a rollback may have put one in the place of another.
const store::StepView* planning_step(const store::TaskView& task) {
  const store::StepView* found = nullptr;
  for (const auto& step : task.steps)
    if (step.kind == "plan" && step.state != tasks::StepState::superseded) found = &step;
  return found;
}

// The one that people are asked about, else the newest: each is kept under the name of its question.
const store::BlobLink* proposal(const std::vector<store::BlobLink>& links, std::int16_t step, const store::CheckpointView* asked) {
  const auto name = asked == nullptr ? std::string() : tasks::proposed_plan_name(step, asked->name);
  const store::BlobLink* best = nullptr;
  for (const auto& link : links) {
    if (link.step != step || !link.name.ends_with(tasks::kPlanArtifact)) continue;
    const auto rank = [&](const store::BlobLink& one) { return std::tuple(one.name == name, one.attempt, one.created_at); };
    if (best == nullptr || rank(link) >= rank(*best)) best = &link;
  }
  return best;
}

FoundPlan found(const store::StepView& step, std::string_view state, json::Value plan) {
  auto etag = etag_of(plan);
  return {.step = step.ordinal, .state = state, .plan = std::move(plan), .etag = std::move(etag)};
}

http::Response plan_response(const FoundPlan& found) {
  auto response = http::json_response(200, json::Object{{"state", found.state}, {"step", int{found.step}}, {"plan", found.plan}});
  response.headers["ETag"] = found.etag;
  return response;
}

}  // namespace

Result<std::optional<FoundPlan>> find_plan(store::Database& db, const store::TaskView& task) {
  const auto* step = planning_step(task);
  if (step == nullptr) return std::nullopt;
  if (step->state == tasks::StepState::succeeded) {
    const auto output = json::parse(step->output);
    const auto* plan = output ? output->find("plan") : nullptr;
    if (plan == nullptr) return std::nullopt;
    return found(*step, kAcceptedPlan, *plan);
  }
  ARGOSY_TRY(const auto links, store::list_blobs(db, task.id));
  const auto* newest = proposal(links, step->ordinal, open_question(task, step->ordinal));
  if (newest == nullptr) return std::nullopt;
  ARGOSY_TRY(const auto bytes, store::get_blob(db, task.id, newest->sha256));
  if (!bytes) return std::nullopt;  // retention took it
  ARGOSY_TRY(auto plan, json::parse(*bytes));
  return found(*step, kProposedPlan, std::move(plan));
}

std::string etag_of(const json::Value& plan) { return "\"" + crypto::sha256_hex(json::canonical(plan)) + "\""; }

const store::CheckpointView* open_question(const store::TaskView& task, std::int16_t step) {
  const auto asked =
      std::ranges::find_if(task.checkpoints, [&](const auto& one) { return one.step == step && one.name.starts_with("plan"); });
  return asked == task.checkpoints.end() ? nullptr : &*asked;
}

http::Response get_plan(Service& service, const Call& call) {
  INGEST_TRY(const TaskId id, task_id_of(call));
  INGEST_TRY(const auto task, store::get_task(service.db, call.caller.org, id));
  if (!task) return respond(task_not_found(id));
  INGEST_TRY(const auto plan, find_plan(service.db, *task));
  if (!plan) return respond(Refusal{.type = "plan_not_found", .detail = "The task has no plan, or not yet."});
  if (call.request.header("If-None-Match") == plan->etag) return {.status = 304, .headers = {{"ETag", plan->etag}}};
  return plan_response(*plan);
}

}  // namespace argosy::ingest
