// Errors that nobody will try again, for whoever looks after the fleet: what has used up its retries, what is a security matter, what a
// process died of. Nothing when nobody is to be told. Nothing here blocks or fails. Any thread.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "common/core/error.h"

namespace argosy::telemetry {

struct ErrorReport {
  Error error{};
  std::string where{};                        // "step test", "POST /api/v1/tasks"
  std::map<std::string, std::string> tags{};  // few and short: task, step
  std::string traceparent{};                  // of the task; empty: none
};

class ReportSink {
 public:
  virtual ~ReportSink() = default;
  virtual void take(ErrorReport report) = 0;  // any thread; must not block
};
// Where all reports of this process go from now on; null: nowhere.
void report_to(std::shared_ptr<ReportSink> sink);

void report(ErrorReport report);
// The same for an error that a step has ended with; only what is worth a report: retries used up (A), a security matter (D).
bool is_reportable(const Error& error);

}  // namespace argosy::telemetry
