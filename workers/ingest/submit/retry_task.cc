#include "workers/ingest/submit/retry_task.h"

#include "common/store/plans/plans.h"
#include "common/store/queries.h"
#include "common/tasks/constraints.h"
#include "workers/ingest/edge/body.h"
#include "workers/ingest/read/task_view.h"
#include "workers/ingest/read/tasks.h"
#include "workers/ingest/submit/submit_task.h"

namespace argosy::ingest {
namespace {

// Without a key of the caller's, a task is repeated once, however often it is asked for. No header can hold a tab: no caller's key is this
// one.
std::string implied_key(const TaskId& id) { return "\tretry\t" + id.to_string(); }

// What the old task was asked, with what stood at its end; a plan's own is left to the next plan.
Checked<json::Value> body_again(const store::TaskView& task, const tasks::Constraints& constraints) {
  auto body = json::parse(task.request);
  if (!body || !body->is_object()) return std::unexpected(Refusal{.type = "internal", .detail = "The task's request cannot be read."});
  json::Object again;
  for (const auto& [name, value] : body->as_object())
    if (name != "constraints") again.append(name, value);
  if (constraints != tasks::Constraints{}) {
    json::Object stand;
    if (!constraints.avoid_files.empty()) stand.append("avoid_files", *constraints_json(constraints).find("avoid_files"));
    if (constraints.max_files_changed) stand.append("max_files_changed", *constraints.max_files_changed);
    again.append("constraints", std::move(stand));
  }
  return json::Value(std::move(again));
}

Checked<Submission> prepare_again(Service& service, const Call& call) {
  auto key = read_idempotency_key(call.request);
  if (!key) return std::unexpected(std::move(key.error()));
  const auto id = task_id_of(call);
  if (!id) return std::unexpected(id.error());
  const auto task = store::get_task(service.db, call.caller.org, *id);
  if (!task) return std::unexpected(refusal_of(task.error()));
  if (!*task) return std::unexpected(task_not_found(*id));
  if (!tasks::is_final((*task)->state)) {
    return std::unexpected(Refusal{.type = "task_open",
                                   .detail = "The task has not ended: it is " + std::string(tasks::to_string((*task)->state)) + ".",
                                   .hint = "Cancel it, or set it back to one of its steps with POST .../rollback."});
  }
  const auto constraints = store::read_own_constraints(service.db, *id);
  if (!constraints) return std::unexpected(refusal_of(constraints.error(), "internal"));
  const auto body = body_again(**task, *constraints);
  if (!body) return std::unexpected(body.error());
  auto request = read_task_request(*body, request_limits(service.settings));
  if (!request) return std::unexpected(std::move(request.error()));
  auto submission = prepare(service, call, std::move(*request), json::canonical(*body), key->empty() ? implied_key(*id) : std::move(*key));
  if (submission) submission->rerun_of = id->to_string();
  return submission;
}

}  // namespace

void retry_task(Service& service, Call call, http::Respond reply) {
  const auto submission = prepare_again(service, call);
  if (!submission) return reply(respond(submission.error()));
  store_task(service, call, *submission, reply);
}

}  // namespace argosy::ingest
