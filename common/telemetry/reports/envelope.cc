#include "common/telemetry/reports/envelope.h"

#include "common/core/json.h"
#include "common/core/redact.h"
#include "common/core/text.h"
#include "common/telemetry/trace.h"

namespace argosy::telemetry {
namespace {

constexpr std::size_t kMaxMessage = 2048, kMaxTag = 200;  // bytes; a tag's bound is Sentry's

std::string shown(std::string_view text, std::size_t most) { return text::ellipsize(redact_personal(text::to_utf8(text)), most); }

json::Object tags_of(const ErrorReport& report) {
  json::Object tags{{"category", std::string(1, letter(report.error.category))}, {"code", report.error.code}};
  for (const auto& [key, value] : report.tags) tags[key] = shown(value, kMaxTag);
  return tags;
}

}  // namespace

std::string envelope(const Reporter& who, const ErrorReport& report, const std::string& event_id, UnixMillis now) {
  const auto message =
      shown(report.error.hint.empty() ? report.error.message : report.error.message + " (" + report.error.hint + ")", kMaxMessage);
  json::Object event{
      {"event_id", event_id},
      {"timestamp", rfc3339(now)},
      {"platform", "native"},
      {"level", report.error.category == Category::security ? "fatal" : "error"},
      {"logger", who.service},
      {"server_name", who.host},
      {"release", who.release},
      {"environment", who.environment},
      {"transaction", shown(report.where, kMaxTag)},
      {"tags", tags_of(report)},
      {"exception", json::Object{{"values", json::Array{json::Object{{"type", report.error.code}, {"value", message}}}}}},
      // One issue for each kind of error at a place, whatever its words.
      {"fingerprint", json::Array{who.service, shown(report.where, kMaxTag), report.error.code}},
  };
  if (const auto trace = TraceContext::parse(report.traceparent))
    event["contexts"] = json::Object{{"trace", json::Object{{"trace_id", trace->trace_id}, {"span_id", trace->span_id}}}};
  const auto payload = json::dump(std::move(event));
  return json::dump(json::Object{{"event_id", event_id}, {"sent_at", rfc3339(now)}}) + '\n' +
         json::dump(json::Object{{"type", "event"}, {"content_type", "application/json"}, {"length", payload.size()}}) + '\n' + payload +
         '\n';
}

}  // namespace argosy::telemetry
