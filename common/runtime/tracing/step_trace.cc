#include "common/runtime/tracing/step_trace.h"

#include <fmt/format.h>

#include "common/tasks/queue.h"

namespace argosy::runtime {
namespace {

using telemetry::Span;
using telemetry::SpanKind;

void fail(Span& span, const Error* error) {
  if (error == nullptr) return;
  span.failed = true;
  span.error = to_string(*error);
  span.attributes.push_back({"error.type", error->code});
}

void add_step(Span& span, const store::ClaimedStep& step) {
  span.attributes.push_back({"argosy.task.id", step.ref.task.to_string()});
  span.attributes.push_back({"argosy.step.ordinal", static_cast<std::int64_t>(step.ref.ordinal)});
  span.attributes.push_back({"argosy.step.kind", step.kind});
  span.attributes.push_back({"argosy.step.attempt", static_cast<std::int64_t>(step.attempt)});
  span.attributes.push_back({"argosy.queue", std::string(tasks::to_string(step.queue))});
}

}  // namespace

std::unique_ptr<StepTrace> trace_of(const store::ClaimedStep& step, std::int64_t claim_began, std::size_t claimed_together,
                                    std::string_view announced) {
  const auto request = telemetry::traced(step.traceparent);
  if (!request) return nullptr;
  auto trace = std::make_unique<StepTrace>();
  trace->process = request->child();
  trace->run = trace->process.child();
  trace->parent = request->span_id;
  trace->claim_began = claim_began;
  trace->run_began = telemetry::trace_clock();
  trace->announced = telemetry::TraceContext::parse(announced);
  trace_move(trace->process, "claim", claim_began, claimed_together);
  return trace;
}

void trace_run(const StepTrace& trace, const store::ClaimedStep& step, const Error* error) {
  Span span{.context = trace.run,
            .parent = trace.process.span_id,
            .name = fmt::format("run {}", step.kind),
            .start_ns = trace.run_began,
            .end_ns = telemetry::trace_clock()};
  add_step(span, step);
  fail(span, error);
  telemetry::record(std::move(span));
}

void trace_end(const StepTrace& trace, const store::ClaimedStep& step, std::string_view outcome, const Error* error) {
  const auto topic = tasks::topic(step.queue, step.lane);
  Span span{.context = trace.process,
            .parent = trace.parent,
            .name = fmt::format("process {}", topic),
            .kind = SpanKind::consumer,
            .start_ns = trace.claim_began,
            .end_ns = telemetry::trace_clock(),
            .attributes = {{"messaging.system", std::string("kafka")},
                           {"messaging.operation.name", std::string("process")},
                           {"messaging.operation.type", std::string("process")},
                           {"messaging.destination.name", topic},
                           {"argosy.outcome", std::string(outcome)}}};
  if (trace.announced) span.links.push_back(*trace.announced);
  add_step(span, step);
  fail(span, error);
  telemetry::record(std::move(span));
}

void trace_move(const telemetry::TraceContext& parent, std::string_view move, std::int64_t began, std::size_t batch, const Error* error) {
  Span span{.context = parent.child(),
            .parent = parent.span_id,
            .name = std::string(move),
            .kind = SpanKind::client,
            .start_ns = began,
            .end_ns = telemetry::trace_clock(),
            .attributes = {{"db.system.name", std::string("postgresql")}, {"db.operation.name", std::string(move)}}};
  if (batch > 1) span.attributes.push_back({"db.operation.batch.size", static_cast<std::int64_t>(batch)});
  fail(span, error);
  telemetry::record(std::move(span));
}

}  // namespace argosy::runtime
