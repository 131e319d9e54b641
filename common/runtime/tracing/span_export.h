// Traces on their way out: telemetry's exporter over common/http's client. Made once by each process; any thread.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "common/config/settings.h"
#include "common/telemetry/metrics.h"
#include "common/telemetry/tracing/exporter.h"

namespace argosy::runtime {

// How long a process that ends waits for its last spans to be taken.
inline constexpr std::chrono::milliseconds kFlushSpans{2'000};

// Nothing when no collector is configured. From its making on all spans of this process go there.
std::shared_ptr<telemetry::SpanExporter> open_span_export(const config::Settings& settings, const std::string& service,
                                                          telemetry::Metrics& metrics);

}  // namespace argosy::runtime
