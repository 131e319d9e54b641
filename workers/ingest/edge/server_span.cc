#include "workers/ingest/edge/server_span.h"

#include <fmt/format.h>

#include "common/telemetry/tracing/tracing.h"

namespace argosy::ingest {

using telemetry::TraceContext;

ServerSpan server_span(const http::Request& request, double share) {
  const auto given = TraceContext::parse(request.header("traceparent"));
  if (!given) return {.trace = TraceContext::fresh(share), .parent = {}};
  return {.trace = given->child(), .parent = given->span_id};
}

http::Respond traced(const ServerSpan& span, std::string_view route, const http::Request& request, http::Respond respond) {
  if (!span.trace.sampled || !telemetry::tracing()) return respond;
  telemetry::Span made{.context = span.trace,
                       .parent = span.parent,
                       .name = fmt::format("{} {}", request.method, route),
                       .kind = telemetry::SpanKind::server,
                       .start_ns = telemetry::trace_clock(),
                       .attributes = {{"http.request.method", request.method},
                                      {"http.route", std::string(route)},
                                      {"url.path", request.path},
                                      {"url.scheme", std::string("http")}}};
  return [made = std::move(made), respond = std::move(respond)](http::Response response) {
    auto over = made;
    over.end_ns = telemetry::trace_clock();
    over.attributes.push_back({"http.response.status_code", static_cast<std::int64_t>(response.status)});
    over.failed = response.status >= 500;  // what a client did wrong is no error of the server's
    if (over.failed) over.attributes.push_back({"error.type", std::to_string(response.status)});
    telemetry::record(std::move(over));
    respond(std::move(response));
  };
}

}  // namespace argosy::ingest
