#include "workers/fanout/tracing/attach_span.h"

#include "common/telemetry/tracing/tracing.h"

namespace argosy::fanout {
namespace {

constexpr std::int64_t kSwitching = 101;

}  // namespace

std::optional<telemetry::Span> attach_span(const Attached& attached) {
  const auto request = telemetry::traced(attached.traceparent);
  if (!request) return std::nullopt;
  telemetry::Span span{.context = request->child(),
                       .parent = request->span_id,
                       .name = "GET /ws/tasks/{id}/stream",
                       .kind = telemetry::SpanKind::server,
                       .start_ns = attached.began,
                       .attributes = {{"http.request.method", std::string("GET")},
                                      {"http.route", std::string("/ws/tasks/{id}/stream")},
                                      {"http.response.status_code", kSwitching},
                                      {"url.path", "/ws/tasks/" + attached.task.to_string() + "/stream"},
                                      {"url.scheme", std::string("http")},
                                      {"argosy.task.id", attached.task.to_string()},
                                      {"argosy.stream.from", attached.from},
                                      {"argosy.stream.head", attached.head}}};
  if (const auto client = telemetry::TraceContext::parse(attached.from_client)) span.links.push_back(*client);
  return span;
}

void end_attach(telemetry::Span span, std::int64_t last, bool caught_up) {
  span.end_ns = telemetry::trace_clock();
  span.attributes.push_back({"argosy.stream.last", last});
  span.attributes.push_back({"argosy.stream.caught_up", caught_up});
  telemetry::record(std::move(span));
}

}  // namespace argosy::fanout
