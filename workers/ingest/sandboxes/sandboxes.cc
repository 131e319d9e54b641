#include "workers/ingest/sandboxes/sandboxes.h"

#include "common/core/crypto.h"
#include "common/runtime/connect.h"
#include "common/store/queries.h"
#include "common/store/sandboxes.h"
#include "common/telemetry/log.h"
#include "workers/ingest/edge/body.h"
#include "workers/ingest/edge/query.h"
#include "workers/ingest/read/task_view.h"
#include "workers/ingest/sandboxes/keeper.h"
#include "workers/ingest/sandboxes/requests.h"

namespace argosy::ingest {
namespace {

constexpr std::string_view kPath = "/api/v1/sandboxes";
constexpr std::chrono::seconds kTellPatience{5};  // the row says it already: the worker hears of it with its next report
constexpr std::string_view kMakeAnother = "Make another with POST /api/v1/sandboxes; what lay in this one is lost.";

json::Value text_or_null(const std::string& text) { return text.empty() ? json::Value() : json::Value(text); }

json::Value sandbox_json(const store::Sandbox& box, const config::Settings& settings) {
  const bool removed = box.removed_at != 0;
  return json::Object{{"id", box.id.to_string()},
                      {"repository_id", box.repository_id},
                      {"commit", text_or_null(box.commit)},
                      {"class", box.kind},
                      {"state", removed             ? "removed"
                                : box.ready_at == 0 ? "starting"
                                                    : "ready"},
                      {"limits", tasks::to_json(tasks::sandbox_limits_from(box.limits))},
                      {"created_by", box.created_by},
                      {"created_at", rfc3339(box.created_at)},
                      {"last_used_at", rfc3339(box.last_used_at)},
                      {"expires_at", removed ? json::Value() : json::Value(rfc3339(box.last_used_at + settings.sandbox_idle.count()))},
                      {"removed_at", time_or_null(box.removed_at)},
                      {"reason", text_or_null(box.reason)},
                      {"logs_url", settings.public_ws_url + "/ws/sandboxes/" + box.id.to_string() + "/logs"}};
}

Refusal gone(const store::Sandbox& box) {
  const std::string why = box.reason == "idle"             ? "nothing ran in it for too long"
                          : box.reason == "deleted"        ? "it was deleted"
                          : box.reason == "out_of_disk"    ? "it held more than disk_bytes"
                          : box.reason == "worker_stopped" ? "its worker was stopped"
                          : box.reason == "not_made"       ? "it could not be made"
                                                           : "its worker died";
  return {.type = "sandbox_gone", .detail = "The sandbox is gone: " + why + ".", .hint = std::string(kMakeAnother)};
}

// The sandbox of the path. Refusal: sandbox_not_found, for what is no id at all too.
Checked<store::Sandbox> sandbox_of(Service& service, const Call& call) {
  const Refusal missing{.type = "sandbox_not_found", .detail = "Your organisation has no such sandbox."};
  const auto id = SandboxId::parse(call.request.params.at("sandbox_id"));
  if (!id) return std::unexpected(missing);
  auto box = store::get_sandbox(service.db, call.caller.org, *id);
  if (!box) return std::unexpected(refusal_of(box.error()));
  if (!*box) return std::unexpected(missing);
  return std::move(**box);
}

Refusal not_opened(const store::SandboxOpened& opened, std::int64_t most) {
  using Kind = store::SandboxOpened::Kind;
  switch (opened.kind) {
    case Kind::in_progress:
      return {.type = "idempotency_key_in_progress", .detail = "The first request with this key is still on its way."};
    case Kind::key_reused:
      return {.type = "idempotency_key_reused", .detail = "The Idempotency-Key stands with another body."};
    case Kind::full:
      return {.type = "too_many_sandboxes",
              .detail = "Your organisation has as many sandboxes as it may: " + std::to_string(most) + ".",
              .hint = "Remove one with DELETE /api/v1/sandboxes/{id}, or let the operator raise ARGOSY_ORG_MAX_SANDBOXES."};
    case Kind::class_refused:
      return {.type = "sandbox_class_refused",
              .detail = "No testing worker keeps sandboxes of this class; there is: " + opened.classes + ".",
              .pointer = "/class",
              .hint = opened.classes == "none" ? "Class none is no isolation at all, and has to be asked for by its name." : ""};
    case Kind::no_room:
      return {.type = "sandbox_unavailable", .detail = "All testing workers keep as many sandboxes as they may."};
    default:
      return {.type = "sandbox_unavailable",
              .detail = "No testing worker that keeps sandboxes is alive.",
              .hint = "The operator starts one with ARGOSY_SANDBOX_LISTEN set to an address that ingest reaches."};
  }
}

http::Response answer_with(Service& service, const Call& call, const SandboxId& id, int status) {
  INGEST_TRY(const auto box, store::get_sandbox(service.db, call.caller.org, id));
  if (!box) return respond(Refusal{.type = "sandbox_not_found", .detail = "Your organisation has no such sandbox."});
  auto response = http::json_response(status, sandbox_json(*box, service.settings));
  if (status == 201) response.headers["Location"] = service.settings.public_url + std::string(kPath) + "/" + id.to_string();
  return response;
}

// What the worker made of it, in the row as well.
Checked<bool> make_at(Service& service, const Call& call, const store::SandboxOpened& opened, const tasks::MakeSandbox& wish) {
  const auto answer =
      ask_keeper(service, opened.keeper, {.method = "POST", .path = "/sandboxes", .body = tasks::to_json(wish), .timeout = kMakePatience});
  const auto made = answer ? tasks::made_sandbox_from(*answer) : fail_transient("", "");
  if (!made) {
    // Should the worker have made it all the same, it hears with its next report that it is nobody's.
    if (const auto removed = store::remove_sandbox(service.db, call.caller.org, opened.id, "not_made"); !removed)
      telemetry::log_warning("a sandbox that was not made was not removed", {{"error", to_string(removed.error())}});
    return std::unexpected(answer ? refusal_of(made.error(), "internal") : answer.error());
  }
  const auto ready =
      store::sandbox_is_ready(service.db, call.caller.org, opened.id, made->commit, json::dump(tasks::to_json(made->limits)));
  if (!ready) return std::unexpected(refusal_of(ready.error()));
  return *ready;
}

}  // namespace

http::Response make_sandbox(Service& service, const Call& call) {
  INGEST_TRY(const auto key, read_idempotency_key(call.request));
  INGEST_TRY(const auto body, read_body(call.request, static_cast<std::size_t>(service.settings.max_body_bytes)));
  INGEST_TRY(const auto request, read_sandbox_request(body));
  INGEST_TRY(const auto repository, store::get_repository(service.db, call.caller.org, request.repository_id));
  if (!repository) {
    return respond(Refusal{
        .type = "repository_unknown", .detail = "There is no repository " + request.repository_id + ".", .pointer = "/repository_id"});
  }
  const store::SandboxWish wish{.org = call.caller.org,
                                .id = SandboxId{Uuid::v4()},
                                .created_by = call.caller.user,
                                .repository_id = repository->id,
                                .kind = request.kind,
                                .limits = json::dump(tasks::to_json(request.limits)),
                                .idempotency_key = key,
                                .body_sha256 = crypto::sha256(json::canonical(body))};
  INGEST_TRY(const auto opened, store::open_sandbox(service.db, wish, service.settings.org_max_sandboxes, runtime::host_name()));
  using Kind = store::SandboxOpened::Kind;
  if (opened.kind == Kind::replayed) {
    auto again = answer_with(service, call, opened.id, 201);
    again.headers["Idempotency-Replayed"] = "true";
    return again;
  }
  if (opened.kind != Kind::opened) return respond(not_opened(opened, service.settings.org_max_sandboxes));

  INGEST_TRY(const bool ready, make_at(service, call, opened,
                                       {.id = opened.id,
                                        .url = repository->url,
                                        .branch = repository->default_branch,
                                        .commit = request.commit,
                                        .limits = request.limits}));
  telemetry::log_info("sandbox made", {{"sandbox_id", opened.id.to_string()}, {"user", call.caller.user}});
  if (!ready) return respond(Refusal{.type = "sandbox_gone", .detail = "The sandbox was removed while it was made."});
  return answer_with(service, call, opened.id, 201);
}

http::Response list_sandboxes(Service& service, const Call& call) {
  QueryReader query(call.request);
  if (query.refusal()) return respond(*query.refusal());
  INGEST_TRY(const auto all, store::list_sandboxes(service.db, call.caller.org));
  json::Array boxes;  // at most ARGOSY_ORG_MAX_SANDBOXES
  for (const auto& box : all) boxes.push_back(sandbox_json(box, service.settings));
  return http::json_response(200, json::Object{{"sandboxes", std::move(boxes)}});
}

http::Response get_sandbox(Service& service, const Call& call) {
  INGEST_TRY(const auto box, sandbox_of(service, call));
  return http::json_response(200, sandbox_json(box, service.settings));
}

http::Response exec_in_sandbox(Service& service, const Call& call) {
  INGEST_TRY(const auto box, sandbox_of(service, call));
  if (box.removed_at != 0) return respond(gone(box));
  if (box.ready_at == 0) return respond(Refusal{.type = "sandbox_busy", .detail = "The sandbox is still being made."});
  INGEST_TRY(const auto body, read_body(call.request, static_cast<std::size_t>(service.settings.max_body_bytes)));
  INGEST_TRY(const auto exec, read_exec(body, tasks::sandbox_limits_from(box.limits)));
  if (const auto touched = store::touch_sandbox(service.db, call.caller.org, box.id); !touched) return respond(refusal_of(touched.error()));
  INGEST_TRY(const auto answer, ask_keeper(service, box.keeper,
                                           {.method = "POST",
                                            .path = "/sandboxes/" + box.id.to_string() + "/exec",
                                            .body = tasks::to_json(exec),
                                            .timeout = exec.timeout + tasks::kExecSlack}));
  // The command has run, and its answer counts: when it ended is told by the next one, too.
  if (const auto used = store::touch_sandbox(service.db, call.caller.org, box.id); !used)
    telemetry::log_warning("the end of a command was not noted", {{"error", to_string(used.error())}});
  return {.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = answer};
}

http::Response remove_sandbox(Service& service, const Call& call) {
  INGEST_TRY(const auto box, sandbox_of(service, call));
  if (box.removed_at != 0) return {.status = 204};
  if (const auto removed = store::remove_sandbox(service.db, call.caller.org, box.id, "deleted"); !removed)
    return respond(refusal_of(removed.error()));
  const auto told =
      ask_keeper(service, box.keeper, {.method = "DELETE", .path = "/sandboxes/" + box.id.to_string(), .timeout = kTellPatience});
  if (!told) telemetry::log_info("a worker was not told that a sandbox is removed", {{"why", told.error().detail}});
  return {.status = 204};
}

}  // namespace argosy::ingest
