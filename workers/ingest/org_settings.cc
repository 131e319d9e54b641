#include "workers/ingest/org_settings.h"

#include "common/store/models/exchanges.h"
#include "common/telemetry/log.h"
#include "workers/ingest/edge/body.h"
#include "workers/ingest/edge/query.h"

namespace argosy::ingest {
namespace {

constexpr std::string_view kKeep = "keep_conversations";

http::Response current(Service& service, const Call& call) {
  INGEST_TRY(const auto found, store::keeps_conversations(service.db, call.caller.org));
  return http::json_response(200, json::Object{{std::string(kKeep), found.kept}, {"is_default", !found.own}});
}

}  // namespace

http::Response read_settings(Service& service, const Call& call) {
  QueryReader query(call.request);
  if (query.refusal()) return respond(*query.refusal());
  return current(service, call);
}

http::Response change_settings(Service& service, const Call& call) {
  INGEST_TRY(const auto body, read_body(call.request, static_cast<std::size_t>(service.settings.max_body_bytes)));
  const auto* keep = body.find(kKeep);
  if (keep == nullptr || body.as_object().size() != 1 || !(keep->is_bool() || keep->is_null()))
    return respond(Refusal{.type = "request_invalid",
                           .detail = "The body has keep_conversations and nothing else: true, false, or null for what holds for everybody.",
                           .pointer = "/" + std::string(kKeep)});
  const auto kept = keep->is_null() ? std::nullopt : std::optional(keep->as_bool());
  if (const auto done = store::set_keeps_conversations(service.db, call.caller.org, kept); !done) return respond(refusal_of(done.error()));
  telemetry::log_info("settings changed", {{"trace_id", call.trace.trace_id},
                                           {"org", call.caller.org.to_string()},
                                           {"user", call.caller.user},
                                           {kKeep, !kept   ? "default"
                                                   : *kept ? "true"
                                                           : "false"}});
  return current(service, call);
}

}  // namespace argosy::ingest
