#include "common/telemetry/reports/reporter.h"

#include <utility>

#include "common/core/crypto.h"
#include "common/core/text.h"

namespace argosy::telemetry {
namespace {

constexpr std::chrono::nanoseconds kMinute = std::chrono::minutes(1);
constexpr std::size_t kEventIdBytes = 16;

Counter& counter(Metrics& metrics, const std::string& result) {
  return metrics.counter("argosy_error_reports_total",
                         "Reports of errors, by what became of them; limited ones were too many of their kind.", {{"result", result}});
}

struct Listener {
  std::mutex mutex;
  std::shared_ptr<ReportSink> sink;
};
Listener& listener() {
  static Listener one;
  return one;
}

}  // namespace

void report_to(std::shared_ptr<ReportSink> sink) {
  auto& all = listener();
  const std::lock_guard lock(all.mutex);
  all.sink.swap(sink);
}

void report(ErrorReport report) {
  auto& all = listener();
  std::unique_lock lock(all.mutex);
  const auto sink = all.sink;
  lock.unlock();
  if (sink) sink->take(std::move(report));
}

bool is_reportable(const Error& error) { return error.category == Category::transient || error.category == Category::security; }

ErrorReporter::ErrorReporter(Reporter who, Send send, Metrics& metrics, ReportBounds bounds, const Clock& clock)
    : who_(std::move(who)),
      send_(std::move(send)),
      bounds_(bounds),
      clock_(clock),
      sent_(counter(metrics, "sent")),
      dropped_(counter(metrics, "dropped")),
      limited_(counter(metrics, "limited")),
      minute_began_(clock.boot_time()),
      outgoing_("reports", {.most_waiting = bounds.most_waiting}, [this](const std::vector<std::string>& one) {
        const bool taken = !outgoing_.out_of_time() && send_(one.front(), [this] { return outgoing_.out_of_time(); });
        (taken ? sent_ : dropped_).add();
      }) {}

bool ErrorReporter::may_go(const ErrorReport& report) {
  if (!outgoing_.has_room()) return false;
  const std::lock_guard lock(mutex_);
  if (const auto now = clock_.boot_time(); now - minute_began_ >= kMinute) {
    minute_began_ = now;
    this_minute_ = 0;
    of_a_kind_.clear();
  }
  if (this_minute_ >= bounds_.a_minute) return false;
  auto& same = of_a_kind_[report.where + '\n' + report.error.code];
  if (same >= bounds_.of_a_kind_a_minute) return false;
  ++same;
  ++this_minute_;
  return true;
}

void ErrorReporter::take(ErrorReport report) {
  if (!may_go(report) || !outgoing_.put(envelope(who_, report, text::hex(crypto::random_bytes(kEventIdBytes)), clock_.unix_ms())))
    limited_.add();
}

}  // namespace argosy::telemetry
