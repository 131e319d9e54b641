#include "workers/ingest/submit/submit_task.h"

#include "common/store/queries.h"
#include "common/telemetry/log.h"
#include "workers/ingest/agents/agents.h"
#include "workers/ingest/edge/body.h"
#include "workers/ingest/submit/new_task.h"

namespace argosy::ingest {
namespace {

constexpr std::size_t kMaxBodyAtOnce = 16 << 10;  // read in well under a millisecond, so that the thread's other connections do not wait

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

// What a task needs to know from the database before it is stored.
struct Found {
  store::Repository repository;
  std::optional<std::chrono::milliseconds> estimate{};
  std::optional<tasks::AgentSpec> agent{};
};

using RepositoryKey = std::pair<OrgId, std::string>;
using DurationKey = std::tuple<OrgId, std::string, std::string>;

// Without asking the database: nothing when it must be asked.
std::optional<Found> known(Service& service, const OrgId& org, const TaskRequest& request) {
  if (!request.agent.empty()) return std::nullopt;
  const auto now = service.clock.boot_time();
  auto repository = service.lookups.repositories.find(RepositoryKey(org, request.repository_id), now);
  if (!repository) return std::nullopt;
  const auto estimate = service.lookups.durations.find(DurationKey(org, request.repository_id, kind_of(request.change)), now);
  if (!estimate) return std::nullopt;
  return Found{std::move(*repository), *estimate};
}

// Nothing: there is no such repository.
Result<std::optional<Found>> ask(Service& service, const OrgId& org, const TaskRequest& request) {
  auto& repositories = service.lookups.repositories;
  const auto ticket = repositories.ticket(service.clock.boot_time());
  ARGOSY_TRY(auto repository, store::get_repository(service.db, org, request.repository_id));
  if (!repository) return std::nullopt;  // not kept: it may come at any moment
  repositories.put({org, request.repository_id}, *repository, ticket);

  auto& durations = service.lookups.durations;
  const auto kind = kind_of(request.change);
  const auto asked = durations.ticket(service.clock.boot_time());
  ARGOSY_TRY(const auto estimate, store::median_duration(service.db, org, request.repository_id, kind));
  durations.put({org, request.repository_id, kind}, estimate, asked);
  return Found{std::move(*repository), estimate};
}

Submission begin(Service& service, const Call& call, Found found, TaskRequest request, std::string canonical_body,
                 std::string idempotency_key) {
  const UnixMillis now = service.clock.unix_ms();
  if (found.agent) request.webhooks.insert(request.webhooks.end(), found.agent->callbacks.begin(), found.agent->callbacks.end());
  return {.id = TaskId{Uuid::v7(now)},
          .request = std::move(request),
          .repository = std::move(found.repository),
          .caller = call.caller,
          .created_at = now,
          .canonical_body = std::move(canonical_body),
          .idempotency_key = std::move(idempotency_key),
          .traceparent = call.trace.to_traceparent(),
          .estimate = found.estimate,
          .agent = std::move(found.agent)};
}

struct Asked {
  TaskRequest request;
  std::string canonical_body, idempotency_key;
};

Checked<Asked> read_submission(const Service& service, const Call& call) {
  auto key = read_idempotency_key(call.request);
  if (!key) return std::unexpected(std::move(key.error()));
  const auto body = read_body(call.request, static_cast<std::size_t>(service.settings.max_body_bytes));
  if (!body) return std::unexpected(body.error());
  auto request = read_task_request(*body, request_limits(service.settings));
  if (!request) return std::unexpected(std::move(request.error()));
  return Asked{std::move(*request), json::canonical(*body), std::move(*key)};
}

}  // namespace

Checked<Submission> prepare(Service& service, const Call& call, TaskRequest request, std::string canonical_body,
                            std::string idempotency_key) {
  auto found = known(service, call.caller.org, request);
  if (!found) {
    auto asked = ask(service, call.caller.org, request);
    if (!asked) return std::unexpected(refusal_of(asked.error()));
    found = std::move(*asked);
  }
  if (!found) {
    return std::unexpected(Refusal{.type = "repository_unknown",
                                   .detail = "There is no repository " + request.repository_id + ".",
                                   .pointer = "/repository_id",
                                   .hint = "Add it with POST /api/v1/repositories."});
  }
  if (!request.agent.empty()) {
    auto agent = agent_of_task(service, call.caller, request.agent);
    if (!agent) return std::unexpected(std::move(agent.error()));
    found->agent = std::move(*agent);
  }
  return begin(service, call, std::move(*found), std::move(request), std::move(canonical_body), std::move(idempotency_key));
}

RequestLimits request_limits(const config::Settings& settings) {
  return {.max_operations = static_cast<std::size_t>(settings.max_operations),
          .allow_loopback_webhooks = settings.allow_http_webhooks,
          .has_model = !settings.models.empty() || !settings.model.empty()};
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
  auto asked = read_submission(service, call);
  if (!asked) return reply(respond(asked.error()));
  const auto submission =
      prepare(service, call, std::move(asked->request), std::move(asked->canonical_body), std::move(asked->idempotency_key));
  if (!submission) return reply(respond(submission.error()));
  store_task(service, call, *submission, reply);
}

bool submit_at_once(Service& service, const Call& call, const http::Respond& reply) {
  if (call.request.body.size() > kMaxBodyAtOnce) return false;
  auto asked = read_submission(service, call);
  if (!asked) {
    reply(respond(asked.error()));
    return true;
  }
  auto found = known(service, call.caller.org, asked->request);
  if (!found) return false;
  store_task(service, call,
             begin(service, call, std::move(*found), std::move(asked->request), std::move(asked->canonical_body),
                   std::move(asked->idempotency_key)),
             reply);
  return true;
}

}  // namespace argosy::ingest
