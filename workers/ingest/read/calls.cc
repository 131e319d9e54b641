#include "workers/ingest/read/calls.h"

#include "common/store/models/exchanges.h"
#include "workers/ingest/edge/query.h"
#include "workers/ingest/read/tasks.h"
#include "workers/ingest/submit/new_task.h"

namespace argosy::ingest {
namespace {

constexpr std::string_view kCallList = "calls";

json::Value text_or_null(const std::string& text) { return text.empty() ? json::Value() : json::Value(text); }
json::Value figure_json(const std::optional<std::int64_t>& figure) { return figure ? json::Value(*figure) : json::Value(); }

json::Value prompt_json(const store::Exchange& one) {
  if (one.prompt.empty()) return {};
  return json::Object{{"name", one.prompt}, {"hash", one.prompt_hash}};
}

// Our own JSON, which jsonb gave another order of members.
json::Value route_json(const std::string& route) {
  auto read = json::parse(route);
  return read ? std::move(*read) : json::Value();
}

// Where the text is; null when it is not kept.
json::Value text_json(const Service& service, const TaskId& task, const std::string& sha256) {
  if (sha256.empty()) return {};
  return json::Object{{"sha256", sha256}, {"url", task_url(service.settings, task) + "/artifacts/" + sha256}};
}

json::Value call_json(const Service& service, const TaskId& task, const store::Exchange& one) {
  return json::Object{{"call_id", one.id.to_string()},
                      {"step", int{one.step.ordinal}},
                      {"attempt", int{one.attempt}},
                      {"superseded", one.superseded},
                      {"started_at", rfc3339(one.started_at)},
                      {"took_ms", one.took_ms},
                      {"first_byte_ms", figure_json(one.first_byte_ms)},
                      {"kind", one.kind},
                      {"role", text_or_null(one.role)},
                      {"model", text_or_null(one.model)},
                      {"source", one.source},
                      {"route", route_json(one.route)},
                      {"prompt", prompt_json(one)},
                      {"tries", one.tries},
                      {"stop", one.stop},
                      {"fault", text_or_null(one.fault)},
                      {"input_tokens", figure_json(one.input)},
                      {"cached_tokens", figure_json(one.cached)},
                      {"cache_written_tokens", figure_json(one.cache_written)},
                      {"output_tokens", figure_json(one.output)},
                      {"reasoning_tokens", figure_json(one.reasoning)},
                      {"request", text_json(service, task, one.request_sha256)},
                      {"answer", text_json(service, task, one.answer_sha256)}};
}

}  // namespace

http::Response list_calls(Service& service, const Call& call) {
  INGEST_TRY(const TaskId id, task_id_of(call));
  QueryReader query(call.request);
  const auto limit = query.limit();
  const auto position = query.cursor(kCallList);
  const auto after = position.empty() ? Uuid{} : Uuid::parse(position);
  if (!after) query.fail_cursor();
  if (query.refusal()) return respond(*query.refusal());

  const auto one_more = static_cast<int>(limit) + 1;  // tells whether there is a next page
  INGEST_TRY(auto page, store::list_exchanges(service.db, call.caller.org, id, *after, one_more));
  if (!page) return respond(task_not_found(id));
  json::Value next = end_page(*page, limit, kCallList, [](const auto& one) { return one.id.to_string(); });
  json::Array calls;
  for (const auto& one : *page) calls.push_back(call_json(service, id, one));
  return http::json_response(200, json::Object{{"calls", std::move(calls)}, {"next_cursor", std::move(next)}});
}

}  // namespace argosy::ingest
