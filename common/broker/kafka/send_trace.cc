#include "common/broker/kafka/send_trace.h"

#include <utility>

namespace argosy::broker {

SendTrace::SendTrace(std::span<const tasks::ReadyStep* const> steps) {
  if (!telemetry::tracing()) return;
  for (const auto* step : steps) {
    const auto above = telemetry::traced(step->traceparent);
    if (!above) continue;
    spans_.push_back({.context = above->child(),
                      .parent = above->span_id,
                      .kind = telemetry::SpanKind::producer,
                      .start_ns = telemetry::trace_clock(),
                      .attributes = {{"argosy.task.id", step->ref.task.to_string()},
                                     {"argosy.step.ordinal", static_cast<std::int64_t>(step->ref.ordinal)},
                                     {"argosy.dispatch.steps", static_cast<std::int64_t>(steps.size())}}});
  }
  if (!spans_.empty()) traceparent_ = spans_.front().context.to_traceparent();
}

void SendTrace::sent(const std::string& topic, std::int32_t partition, bool taken) {
  for (auto& span : std::exchange(spans_, {})) {
    span.name = "send " + topic;
    span.end_ns = telemetry::trace_clock();
    span.attributes.push_back({"messaging.system", std::string("kafka")});
    span.attributes.push_back({"messaging.operation.name", std::string("send")});
    span.attributes.push_back({"messaging.operation.type", std::string("send")});
    span.attributes.push_back({"messaging.destination.name", topic});
    if (partition >= 0) span.attributes.push_back({"messaging.destination.partition.id", std::to_string(partition)});
    if (!taken) {
      span.failed = true;
      span.error = "the producer's queue is full";
      span.attributes.push_back({"error.type", std::string("queue_full")});
    }
    telemetry::record(std::move(span));
  }
}

}  // namespace argosy::broker
