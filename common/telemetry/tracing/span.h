// One span of a trace, as OpenTelemetry has them: what was done, from when to when, under what. A value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/telemetry/trace.h"

namespace argosy::telemetry {

enum class SpanKind : std::uint8_t { internal = 1, server = 2, client = 3, producer = 4, consumer = 5 };  // as OTLP numbers them

struct Attribute {
  std::string_view key;  // a literal, of the semantic conventions or argosy.*
  std::variant<std::string, std::int64_t, bool> value;
};

struct Span {
  TraceContext context{};
  std::string parent{};  // span id; empty: a root
  std::string name{};
  SpanKind kind = SpanKind::internal;
  std::int64_t start_ns = 0, end_ns = 0;  // Unix time, see trace_clock()
  std::vector<Attribute> attributes{};
  std::vector<TraceContext> links{};
  bool failed = false;
  std::string error{};  // of one that failed, for people
};

}  // namespace argosy::telemetry
