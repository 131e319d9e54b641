// Spans as OTLP has them: the bytes of an ExportTraceServiceRequest in protobuf's binary form, the form that every receiver of OTLP over
// HTTP must take (its JSON is optional, twice as long, and spells ids unlike protobuf's own JSON). A dozen fields of the standard are
// written here by hand; tests/standins/otlp_sink reads them with the official definitions. Pure, any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/telemetry/tracing/span.h"

namespace argosy::telemetry {

inline constexpr std::size_t kMaxAttributeBytes = 1024;  // of one text; more is cut

// Texts are cut and redacted here. `resource` says who the process is: service.name and the like.
std::string encode_spans(const std::vector<Attribute>& resource, std::span<const Span> spans);

// How many spans the answer to such a request says were not kept; 0 where it says nothing.
std::int64_t rejected_spans(std::string_view answer);

}  // namespace argosy::telemetry
