// A request as a span: the root of its task's trace, or a part of the client's. Made on the server's thread, ended with the answer.
#pragma once

#include <string>
#include <string_view>

#include "common/http/server.h"
#include "common/telemetry/trace.h"

namespace argosy::ingest {

struct ServerSpan {
  telemetry::TraceContext trace;
  std::string parent;  // the client's span; empty: there is none
};

// A client's traceparent decides whether it is traced, else chance: `share` of all.
ServerSpan server_span(const http::Request& request, double share);

// The same answer, after which the span is recorded. `route` is the pattern.
http::Respond traced(const ServerSpan& span, std::string_view route, const http::Request& request, http::Respond respond);

}  // namespace argosy::ingest
