// Sends reports of errors, one after the other on a thread of its own. Bounded in number and rate: an error that comes a thousand times is
// one to look at. What is over the bounds, or cannot be sent at the first try, is dropped and counted (argosy_error_reports_total); the log
// has it all the same. How they travel is handed in by the runtime.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "common/core/clock.h"
#include "common/telemetry/metrics.h"
#include "common/telemetry/outgoing.h"
#include "common/telemetry/reports/envelope.h"

namespace argosy::telemetry {

struct ReportBounds {
  std::size_t most_waiting = 32;
  int a_minute = 30, of_a_kind_a_minute = 5;  // a kind: the same code at the same place
};

class ErrorReporter final : public ReportSink {
 public:
  // `send` blocks; false: it was not taken. Soon after `give_up` says so it must return.
  using Send = std::function<bool(const std::string& envelope, const std::function<bool()>& give_up)>;
  ErrorReporter(Reporter who, Send send, Metrics& metrics, ReportBounds bounds = {}, const Clock& clock = system_clock());

  void take(ErrorReport report) override;
  // Sends what waits, for at most so long. Idempotent.
  void stop(std::chrono::milliseconds within) { outgoing_.stop(within); }

 private:
  bool may_go(const ErrorReport& report);

  const Reporter who_;
  const Send send_;
  const ReportBounds bounds_;
  const Clock& clock_;
  Counter &sent_, &dropped_, &limited_;
  std::mutex mutex_;  // of the counts of this minute
  std::chrono::nanoseconds minute_began_{};
  int this_minute_ = 0;
  std::map<std::string, int> of_a_kind_;  // this minute; never more than a_minute
  Outgoing<std::string> outgoing_;        // envelopes
};

}  // namespace argosy::telemetry
