// W3C Trace Context (traceparent, version 00). Pure but for the random ids, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace argosy::telemetry {

struct TraceContext {
  std::string trace_id;  // 32 hex characters
  std::string span_id;   // 16 hex characters
  bool sampled = true;
  std::string to_traceparent() const;
  TraceContext child() const;  // same trace, new span
  // Of these, `share` are sampled; the trace id decides, so that whoever knows it decides the same.
  static TraceContext fresh(double share = 1);
  static std::optional<TraceContext> parse(std::string_view traceparent);
};

}  // namespace argosy::telemetry
