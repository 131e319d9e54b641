// Findings as JSON, written in pieces: what `argosy tool parse-lint` prints. Pure, any thread.
#pragma once

#include <functional>
#include <string_view>

#include "common/reports/lint/lint.h"

namespace argosy::reports {

// One object:
//   {"format": "ruff-json", "total": 1, "errors": 0, "warnings": 1, "infos": 0, "truncated": false,
//    "findings": [{"tool": "ruff", "rule": "F401", "severity": "warning", "file": "a.py", "line": 1, "column": 8, "message": "..."}, ...]}
// severity is error, warning or info; line and column are 0 where they are not known.
void write_json(const LintReport& report, const std::function<void(std::string_view)>& write);

}  // namespace argosy::reports
