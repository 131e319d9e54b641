#include "common/telemetry/tracing/tracing.h"

#include <atomic>
#include <mutex>
#include <utility>

#include "common/core/clock.h"

namespace argosy::telemetry {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;

struct Listener {
  std::atomic<bool> listens = false;
  std::mutex mutex;  // the atomic shared_ptr of this library takes a lock too, one that the thread sanitizer cannot see
  std::shared_ptr<SpanSink> sink;
};

Listener& listener() {
  static Listener one;
  return one;
}

std::optional<TraceContext>& current() {
  thread_local std::optional<TraceContext> context;
  return context;
}

}  // namespace

void trace_to(std::shared_ptr<SpanSink> sink) {
  auto& all = listener();
  const std::lock_guard lock(all.mutex);
  all.listens = sink != nullptr;
  all.sink.swap(sink);
}

bool tracing() { return listener().listens.load(std::memory_order_relaxed); }

// The wall clock as it was first seen, and what has passed since: a span must not end before it began.
std::int64_t trace_clock() {
  static const std::int64_t offset = system_clock().unix_ms() * kNsPerMs - system_clock().boot_time().count();
  return offset + system_clock().boot_time().count();
}

std::optional<TraceContext> traced(std::string_view traceparent) {
  if (!tracing()) return std::nullopt;
  auto context = TraceContext::parse(traceparent);
  if (context && !context->sampled) context.reset();
  return context;
}

void record(Span span) {
  auto& all = listener();
  std::unique_lock lock(all.mutex);
  const auto sink = all.sink;
  lock.unlock();
  if (sink) sink->take(std::move(span));
}

TraceScope::TraceScope(std::optional<TraceContext> context) : before_(std::exchange(current(), std::move(context))) {}
TraceScope::~TraceScope() { current() = std::move(before_); }

OpenSpan::OpenSpan(std::string_view name, SpanKind kind) {
  const auto& above = current();
  if (!above || !tracing()) return;
  span_ = std::make_unique<Span>(
      Span{.context = above->child(), .parent = above->span_id, .name = std::string(name), .kind = kind, .start_ns = trace_clock()});
}

void OpenSpan::name(std::string name) {
  if (span_) span_->name = std::move(name);
}

void OpenSpan::set(std::string_view key, std::string value) {
  if (span_) span_->attributes.push_back({key, std::move(value)});
}

void OpenSpan::set(std::string_view key, std::int64_t value) {
  if (span_) span_->attributes.push_back({key, value});
}

void OpenSpan::fail(std::string error) {
  if (!span_) return;
  span_->failed = true;
  span_->error = std::move(error);
}

std::string OpenSpan::traceparent() const { return span_ ? span_->context.to_traceparent() : std::string(); }

void OpenSpan::end() {
  if (!span_) return;
  span_->end_ns = trace_clock();
  record(std::move(*std::exchange(span_, nullptr)));
}

}  // namespace argosy::telemetry
