// Collects spans and hands them on in batches, on a thread of its own. Bounded: what does not fit is dropped and counted
// (argosy_spans_dropped_total), so that a collector which is away, slow or full costs spans and nothing else. How they travel is handed in
// by the runtime, which may see common/http.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "common/telemetry/metrics.h"
#include "common/telemetry/outgoing.h"
#include "common/telemetry/tracing/tracing.h"

namespace argosy::telemetry {

// What became of a batch: it was taken but for so many spans; it may be later; it never will.
struct Sent {
  enum class How : std::uint8_t { taken, later, refused } how = How::taken;
  std::int64_t rejected = 0;
  std::string why{};  // for people, unless all was taken
};
// Blocks; soon after `give_up` says so it must return.
using SendSpans = std::function<Sent(const std::string& body, const std::function<bool()>& give_up)>;

struct ExportOptions {
  std::vector<Attribute> resource{};
  std::size_t most_waiting = 8192;  // spans, of about 1 kB
  std::size_t batch = 512;
  std::chrono::milliseconds every{1'000};          // or sooner, when a batch is full
  std::chrono::milliseconds longest_wait{30'000};  // between tries while the collector is away; they begin at `every`
};

class SpanExporter final : public SpanSink {
 public:
  SpanExporter(ExportOptions options, SendSpans send, Metrics& metrics);
  void take(Span span) override;
  // Sends what waits, for at most so long; the rest is dropped and counted. Idempotent.
  void stop(std::chrono::milliseconds within) { outgoing_.stop(within); }

 private:
  // Until it is taken, refused, or there is no time left.
  void deliver(const std::vector<Span>& batch);

  const ExportOptions options_;
  const SendSpans send_;
  Counter &exported_, &full_, &refused_, &unsent_;
  bool away_ = false;  // the collector; of the thread
  Outgoing<Span> outgoing_;
};

}  // namespace argosy::telemetry
