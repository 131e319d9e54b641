#include "common/telemetry/tracing/exporter.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "common/core/clock.h"
#include "common/core/thread_name.h"
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
      thread_([this] { run(); }) {}

SpanExporter::~SpanExporter() { stop(std::chrono::milliseconds(0)); }

void SpanExporter::take(Span span) {
  std::unique_lock lock(mutex_);
  if (stopping_ || waiting_.size() >= options_.most_waiting) {
    lock.unlock();
    return full_.add();
  }
  waiting_.push_back(std::move(span));
  const bool full_batch = waiting_.size() == options_.batch;
  lock.unlock();
  if (full_batch) changed_.notify_one();
}

void SpanExporter::stop(std::chrono::milliseconds within) {
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_) stop_by_ = system_clock().boot_time() + within;
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool SpanExporter::out_of_time() const {
  const std::lock_guard lock(mutex_);
  return stopping_ && system_clock().boot_time() >= stop_by_;
}

void SpanExporter::run() {
  name_this_thread("spans");
  for (auto batch = next_batch(); !batch.empty(); batch = next_batch()) send(batch);
}

// Empty: it is to stop, and nothing is left.
std::vector<Span> SpanExporter::next_batch() {
  std::unique_lock lock(mutex_);
  do {
    changed_.wait_for(lock, options_.every, [this] { return stopping_ || waiting_.size() >= options_.batch; });
  } while (waiting_.empty() && !stopping_);
  const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), options_.batch));
  std::vector<Span> batch(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(waiting_.begin() + count));
  waiting_.erase(waiting_.begin(), waiting_.begin() + count);
  return batch;
}

void SpanExporter::pause(std::chrono::milliseconds wait) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, wait, [this] { return stopping_; });
}

bool SpanExporter::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void SpanExporter::send(const std::vector<Span>& batch) {
  const auto count = static_cast<double>(batch.size());
  const auto body = encode_spans(options_.resource, batch);
  for (auto wait = options_.every; !out_of_time(); wait = std::min(wait * 2, options_.longest_wait)) {
    const bool last_try = stopping();  // who is away at the end is asked once more, for each batch
    const auto sent = send_(body, [this] { return out_of_time(); });
    if (sent.how == Sent::How::later) {
      if (!std::exchange(away_, true))
        log_warning("the collector of traces is away: spans are kept while there is room", {{"why", sent.why}});
      if (last_try) break;
      pause(wait);
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
