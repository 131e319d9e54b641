// How code says what it did for a task that is traced. A span lives in its task's trace: the decision to trace stands in the traceparent
// that the step carries, made once where the request came in. When nobody listens or the task is not sampled all of this does nothing, at
// the cost of a look at one atomic. Nothing here blocks or fails. Any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/telemetry/tracing/span.h"

namespace argosy::telemetry {

class SpanSink {
 public:
  virtual ~SpanSink() = default;
  virtual void take(Span span) = 0;  // any thread; must not block
};
// Where all spans of this process go from now on; null: nowhere.
void trace_to(std::shared_ptr<SpanSink> sink);
bool tracing();

// Unix time in nanoseconds that never jumps back while the process lives.
std::int64_t trace_clock();

// The context of a task that is traced, by somebody who listens.
std::optional<TraceContext> traced(std::string_view traceparent);

// A span that is over. `span.context` says whose it is; `parent` is filled in by who knows it.
void record(Span span);

// While it lives, what this thread does belongs to that span; nothing: to none.
class TraceScope {
 public:
  explicit TraceScope(std::optional<TraceContext> context);
  ~TraceScope();
  TraceScope(const TraceScope&) = delete;
  TraceScope& operator=(const TraceScope&) = delete;

 private:
  std::optional<TraceContext> before_;
};

// Something that is being done under the thread's span: recorded when it ends, or goes. It may end on another thread.
class OpenSpan {
 public:
  OpenSpan(std::string_view name, SpanKind kind);
  OpenSpan(OpenSpan&& other) noexcept = default;
  OpenSpan& operator=(OpenSpan&&) = delete;
  ~OpenSpan() { end(); }

  // False: nobody wants to know, so what is costly to say need not be worked out.
  explicit operator bool() const { return span_ != nullptr; }
  void name(std::string name);
  void set(std::string_view key, std::string value);
  void set(std::string_view key, std::int64_t value);
  void fail(std::string error);
  // For what crosses a border; empty when nobody wants to know.
  std::string traceparent() const;
  void end();

 private:
  std::unique_ptr<Span> span_;
};

}  // namespace argosy::telemetry
