#include "common/telemetry/tracing/exporter.h"

#include <algorithm>
#include <utility>

#include "common/telemetry/log.h"
#include "common/telemetry/tracing/otlp.h"

namespace argosy::telemetry {
namespace {

Counter& dropped(Metrics& metrics, const std::string& why) {
  return metrics.counter("argosy_spans_dropped_total",
                         "Spans that no collector has: there was no room, it refused them, or it was away at the end.", {{"reason", why}});
}

}  // namespace

SpanExporter::SpanExporter(ExportOptions options, SendSpans send, Metrics& metrics)
    : options_(std::move(options)),
      send_(std::move(send)),
      exported_(metrics.counter("argosy_spans_exported_total", "Spans that the collector has taken.")),
      full_(dropped(metrics, "queue_full")),
      refused_(dropped(metrics, "refused")),
      unsent_(dropped(metrics, "unsent")),
      outgoing_("spans", {options_.most_waiting, options_.batch, options_.every}, [this](std::vector<Span> batch) { deliver(batch); }) {}

void SpanExporter::take(Span span) {
  if (!outgoing_.put(std::move(span))) full_.add();
}

void SpanExporter::deliver(const std::vector<Span>& batch) {
  const auto count = static_cast<double>(batch.size());
  const auto body = encode_spans(options_.resource, batch);
  for (auto wait = options_.every; !outgoing_.out_of_time(); wait = std::min(wait * 2, options_.longest_wait)) {
    const bool last_try = outgoing_.stopping();  // who is away at the end is asked once more, for each batch
    const auto sent = send_(body, [this] { return outgoing_.out_of_time(); });
    if (sent.how == Sent::How::later) {
      if (!std::exchange(away_, true))
        log_warning("the collector of traces is away: spans are kept while there is room", {{"why", sent.why}});
      if (last_try) break;
      outgoing_.pause(wait);
    } else if (sent.how == Sent::How::refused) {
      if (!std::exchange(away_, true)) log_warning("the collector of traces refuses spans: they are dropped", {{"why", sent.why}});
      return refused_.add(count);
    } else {
      if (std::exchange(away_, false)) log_info("the collector of traces takes spans again");
      refused_.add(static_cast<double>(sent.rejected));
      return exported_.add(count - static_cast<double>(sent.rejected));
    }
  }
  unsent_.add(count);
}

}  // namespace argosy::telemetry
