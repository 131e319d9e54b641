#include "workers/ingest/submit/submit_task.h"

#include "common/store/queries.h"
#include "common/telemetry/log.h"
#include "workers/ingest/edge/body.h"
#include "workers/ingest/submit/new_task.h"

namespace argosy::ingest {
namespace {

http::Response answer(const config::Settings& settings, Result<store::Submitted> outcome) {
  if (!outcome) return respond(refusal_of(outcome.error(), "internal"));
  using Kind = store::Submitted::Kind;
  switch (outcome->kind) {
    case Kind::key_reused_with_other_body:
      return respond(Refusal{.type = "idempotency_key_reused",
                             .detail = "This Idempotency-Key stands with another body.",
                             .hint = "Use a new key for a new request."});
    case Kind::repository_unknown:
      return respond(Refusal{.type = "repository_unknown", .detail = "The repository was removed meanwhile.", .pointer = "/repository_id"});
    case Kind::created:
    case Kind::replayed:
      break;
  }
  http::Response out{.status = 202,
                     .headers = {{"Content-Type", "application/json"}, {"Location", task_url(settings, outcome->id)}},
                     .body = std::move(outcome->response)};
  if (outcome->kind == Kind::replayed) out.headers["Idempotency-Replayed"] = "true";
  return out;
}

Result<std::optional<store::Repository>> repository_of(Service& service, const OrgId& org, const std::string& id) {
  auto& known = service.lookups.repositories;
  if (auto kept = known.find({org, id}, service.clock.boot_time())) return kept;
  const auto asked_at = service.clock.boot_time();
  ARGOSY_TRY(auto found, store::get_repository(service.db, org, id));
  if (found) known.put({org, id}, *found, asked_at);  // one that is not there may come at any moment
  return found;
}

Result<std::optional<std::chrono::milliseconds>> usual_duration(Service& service, const OrgId& org, const TaskRequest& request) {
  auto& known = service.lookups.durations;
  const auto kind = kind_of(request.change);
  const std::tuple key(org, request.repository_id, std::string(kind));
  const auto now = service.clock.boot_time();
  if (auto kept = known.find(key, now)) return *kept;
  ARGOSY_TRY(const auto found, store::median_duration(service.db, org, request.repository_id, kind));
  known.put(key, found, now);
  return found;
}

}  // namespace

Checked<Submission> prepare(Service& service, const Call& call, TaskRequest request, std::string canonical_body,
                            std::string idempotency_key) {
  auto repository = repository_of(service, call.caller.org, request.repository_id);
  if (!repository) return std::unexpected(refusal_of(repository.error()));
  if (!*repository) {
    return std::unexpected(Refusal{.type = "repository_unknown",
                                   .detail = "There is no repository " + request.repository_id + ".",
                                   .pointer = "/repository_id",
                                   .hint = "Add it with POST /api/v1/repositories."});
  }
  const auto estimate = usual_duration(service, call.caller.org, request);
  if (!estimate) return std::unexpected(refusal_of(estimate.error()));

  const UnixMillis now = service.clock.unix_ms();
  return Submission{.id = TaskId{Uuid::v7(now)},
                    .request = std::move(request),
                    .repository = std::move(**repository),
                    .caller = call.caller,
                    .created_at = now,
                    .canonical_body = std::move(canonical_body),
                    .idempotency_key = std::move(idempotency_key),
                    .traceparent = call.trace.to_traceparent(),
                    .estimate = *estimate};
}

RequestLimits request_limits(const config::Settings& settings) {
  return {.max_operations = static_cast<std::size_t>(settings.max_operations), .allow_loopback_webhooks = settings.allow_http_webhooks};
}

void store_task(Service& service, const Call& call, const Submission& submission, const http::Respond& reply) {
  auto done = [&settings = service.settings, reply, trace_id = call.trace.trace_id](Result<store::Submitted> outcome) {
    if (outcome && outcome->kind == store::Submitted::Kind::created) {
      telemetry::log_info("task submitted", {{"trace_id", trace_id}, {"task_id", outcome->id.to_string()}});
    } else if (!outcome) {
      telemetry::log_warning("task not stored", {{"trace_id", trace_id}, {"error", to_string(outcome.error())}});
    }
    reply(answer(settings, std::move(outcome)));
  };
  switch (service.submitter.submit(make_task(submission, service.settings), std::move(done))) {
    case Submitter::Taken::yes:
      return;
    case Submitter::Taken::full:
      return reply(respond(Refusal{.type = "overloaded", .detail = "More tasks wait to be stored than the server queues."}));
    case Submitter::Taken::key_in_progress:
      return reply(respond(Refusal{.type = "idempotency_key_in_progress",
                                   .detail = "The first request with this Idempotency-Key is still on its way.",
                                   .retry_after_s = 1}));
  }
}

void submit_task(Service& service, Call call, http::Respond reply) {
  auto key = read_idempotency_key(call.request);
  if (!key) return reply(respond(key.error()));
  const auto body = read_body(call.request, static_cast<std::size_t>(service.settings.max_body_bytes));
  if (!body) return reply(respond(body.error()));
  auto request = read_task_request(*body, request_limits(service.settings));
  if (!request) return reply(respond(request.error()));
  const auto submission = prepare(service, call, std::move(*request), json::canonical(*body), std::move(*key));
  if (!submission) return reply(respond(submission.error()));
  store_task(service, call, *submission, reply);
}

}  // namespace argosy::ingest
