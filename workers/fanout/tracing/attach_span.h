// A stream in the trace of its task: one span from the request of the upgrade until the client has caught up, whatever number of events it
// is given afterwards. Where the client traces itself, the span is linked to its own. Nothing where the task is not sampled. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/core/ids.h"
#include "common/telemetry/tracing/span.h"

namespace argosy::fanout {

struct Attached {
  TaskId task{};
  std::string traceparent{};        // the task's
  std::string from_client{};        // the header of the upgrade; may be empty or nonsense
  std::int64_t began = 0;           // by telemetry::trace_clock()
  std::int64_t from = 0, head = 0;  // where it begins, and the task's last event then
};

// Nothing: nobody wants to know.
std::optional<telemetry::Span> attach_span(const Attached& attached);

// It caught up, or went before it had. `last`: the last event that it was given.
void end_attach(telemetry::Span span, std::int64_t last, bool caught_up);

}  // namespace argosy::fanout
