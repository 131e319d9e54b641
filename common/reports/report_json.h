// A report as JSON, written in pieces because it may be large: what `argosy tool parse-report` prints. Pure, any thread.
#pragma once

#include <functional>
#include <string_view>

#include "common/reports/report.h"

namespace argosy::reports {

// One object:
//   {"format": "junit", "tests": 3, "passed": 1, "failed": 1, "errors": 0, "skipped": 1, "duration_s": 0.5, "truncated": false,
//    "cases": [{"suite", "name", "classname", "file", "line", "status", "duration_s", "message"}, ...]}
// `status` is passed, failed, error or skipped; `line` is 0 where it is not known. A case has "output" when its test printed something.
// `tests` is the sum of the four; it is more than there are cases where the input only counts (a console) or has more than kMaxCases.
void write_json(const Report& report, const std::function<void(std::string_view)>& write);

// passed, failed, error, skipped.
std::string_view status_of(Outcome outcome);

}  // namespace argosy::reports
