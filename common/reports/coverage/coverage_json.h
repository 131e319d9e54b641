// Coverage as JSON, written in pieces because it may be large: what `argosy tool parse-coverage` prints. Pure, any thread.
#pragma once

#include <functional>
#include <string_view>

#include "common/reports/coverage/coverage.h"

namespace argosy::reports {

// One object:
//   {"format": "lcov", "lines": 4, "covered": 3, "line_rate": 0.75, "branches": 2, "branches_covered": 1, "truncated": false,
//    "files": [{"path": "src/a.py", "lines": 4, "covered": 3, "line_rate": 0.75, "branches": 2, "branches_covered": 1,
//               "hits": {"1": 1, "2": 5, "4": 0, "7": 1}}, ...]}
// The rate is a fraction, 1 where no line could run. Files are sorted by path, hits by line.
void write_json(const Coverage& coverage, const std::function<void(std::string_view)>& write);

}  // namespace argosy::reports
