#include "workers/ingest/read/plan.h"

#include <algorithm>
#include <optional>
#include <string>

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

FoundPlan found(const store::StepView& step, std::string_view state, json::Value plan) {
  auto etag = "\"" + crypto::sha256_hex(json::canonical(plan)) + "\"";
  return {.step = step.ordinal, .state = state, .plan = std::move(plan), .etag = std::move(etag)};
}

}  // namespace

Result<std::optional<FoundPlan>> find_plan(store::Database& db, const store::TaskView& task) {
  const auto* step = planning_step(task);
  if (step == nullptr) return std::nullopt;
  if (step->state == tasks::StepState::succeeded) {
    const auto output = json::parse(step->output);
    const auto* plan = output ? output->find("plan") : nullptr;
    if (plan == nullptr) return std::nullopt;
    return found(*step, "accepted", *plan);
  }
  ARGOSY_TRY(const auto links, store::list_blobs(db, task.id));
  const store::BlobLink* newest = nullptr;
  for (const auto& link : links) {
    const bool is_plan = link.step == step->ordinal && link.name.ends_with(tasks::kPlanArtifact);
    if (is_plan && (newest == nullptr || link.created_at >= newest->created_at)) newest = &link;
  }
  if (newest == nullptr) return std::nullopt;
  ARGOSY_TRY(const auto bytes, store::get_blob(db, task.id, newest->sha256));
  if (!bytes) return std::nullopt;  // retention took it
  ARGOSY_TRY(auto plan, json::parse(*bytes));
  return found(*step, "proposed", std::move(plan));
}

http::Response plan_response(const FoundPlan& found) {
  auto response = http::json_response(200, json::Object{{"state", found.state}, {"step", int{found.step}}, {"plan", found.plan}});
  response.headers["ETag"] = found.etag;
  return response;
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
