#include "common/telemetry/reports/reporter.h"

#include <utility>

#include "common/core/crypto.h"
#include "common/core/text.h"
#include "common/core/thread_name.h"

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
      thread_([this] { run(); }) {}

ErrorReporter::~ErrorReporter() { stop(std::chrono::milliseconds(0)); }

bool ErrorReporter::may_go(const ErrorReport& report) {
  if (const auto now = clock_.boot_time(); now - minute_began_ >= kMinute) {
    minute_began_ = now;
    this_minute_ = 0;
    of_a_kind_.clear();
  }
  if (this_minute_ >= bounds_.a_minute || waiting_.size() >= bounds_.most_waiting) return false;
  auto& same = of_a_kind_[report.where + '\n' + report.error.code];
  if (same >= bounds_.of_a_kind_a_minute) return false;
  ++same;
  ++this_minute_;
  return true;
}

void ErrorReporter::take(ErrorReport report) {
  std::unique_lock lock(mutex_);
  const bool goes = !stopping_ && may_go(report);
  lock.unlock();
  if (!goes) return limited_.add();
  auto made = envelope(who_, report, text::hex(crypto::random_bytes(kEventIdBytes)), clock_.unix_ms());
  lock.lock();
  waiting_.push_back(std::move(made));
  lock.unlock();
  changed_.notify_all();
}

void ErrorReporter::stop(std::chrono::milliseconds within) {
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_) stop_by_ = system_clock().boot_time() + within;
    stopping_ = true;
  }
  changed_.notify_all();
  // Whoever dies on the own thread reports nothing any more, and must not wait for itself.
  if (thread_.joinable() && thread_.get_id() != std::this_thread::get_id()) thread_.join();
}

bool ErrorReporter::out_of_time() const {
  const std::lock_guard lock(mutex_);
  return stopping_ && system_clock().boot_time() >= stop_by_;
}

void ErrorReporter::run() {
  name_this_thread("reports");
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const auto next = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    const bool taken = !out_of_time() && send_(next, [this] { return out_of_time(); });
    (taken ? sent_ : dropped_).add();
    lock.lock();
  }
}

}  // namespace argosy::telemetry
