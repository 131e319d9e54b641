#include "workers/ingest/read/answer_cache.h"

#include "common/store/models/answer_cache.h"
#include "workers/ingest/edge/body.h"
#include "workers/ingest/edge/query.h"

namespace argosy::ingest {
namespace {

constexpr int kUsualDays = 31, kMostDays = 400;
constexpr std::size_t kMaxWord = 100;  // of a commit or a kind

json::Object kind_json(const store::AnswerCacheKind& kind) {
  return {{"kind", kind.kind},
          {"entries", kind.entries},
          {"bytes", kind.bytes},
          {"exact_hits", kind.counts.exact},
          {"semantic_hits", kind.counts.semantic},
          {"misses", kind.counts.missed},
          {"withheld", kind.counts.withheld},
          {"saved_usd", usd_text(kind.counts.saved)}};
}

http::Response report(Service& service, const Call& call, int days) {
  INGEST_TRY(const auto stats, store::answer_cache_stats(service.db, call.caller.org, days));
  json::Array kinds;
  for (const auto& kind : stats.kinds) kinds.emplace_back(kind_json(kind));
  return http::json_response(200, json::Object{{"on", !stats.off}, {"days", days}, {"kinds", std::move(kinds)}});
}

std::string word(QueryReader& query, std::string_view name, std::size_t most) {
  auto given = query.text(name);
  if (given && (given->empty() || given->size() > most))
    query.fail("parameter_invalid", std::string(name) + " must have 1 to " + std::to_string(most) + " characters.");
  return given.value_or("");
}

}  // namespace

http::Response read_answer_cache(Service& service, const Call& call) {
  QueryReader query(call.request);
  const auto days = query.integer("days", 1, kMostDays);
  if (query.refusal()) return respond(*query.refusal());
  return report(service, call, static_cast<int>(days.value_or(kUsualDays)));
}

http::Response switch_answer_cache(Service& service, const Call& call) {
  INGEST_TRY(const auto body, read_body(call.request, static_cast<std::size_t>(service.settings.max_body_bytes)));
  const auto* on = body.find("on");
  if (on == nullptr || !on->is_bool() || body.as_object().size() != 1)
    return respond({.type = "request_invalid", .detail = "The body must be {\"on\": true} or {\"on\": false}.", .pointer = "/on"});
  if (const auto done = store::switch_answer_cache(service.db, call.caller.org, on->as_bool()); !done)
    return respond(refusal_of(done.error()));
  return report(service, call, kUsualDays);
}

http::Response purge_answer_cache(Service& service, const Call& call) {
  QueryReader query(call.request);
  const store::AnswerFilter filter{.repository = word(query, "repository_id", store::kMaxCachedRepository),
                                   .commit = word(query, "commit", kMaxWord),
                                   .kind = word(query, "kind", kMaxWord)};
  if (query.refusal()) return respond(*query.refusal());
  if (const auto gone = store::forget_answers(service.db, call.caller.org, filter); !gone) return respond(refusal_of(gone.error()));
  return {.status = 204};
}

}  // namespace argosy::ingest
