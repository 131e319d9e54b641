// Test reports as counts and names: JUnit XML (the dialects of pytest, surefire, jest-junit, mocha, gtest), TAP 12-14, `go test -json`, and
// console output where nothing better is there. Bounded, never throws on bad input. Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"

namespace argosy::reports {

enum class Outcome { passed, failed, errored, skipped };

struct Case {
  std::string suite, name, classname, file;
  Outcome outcome = Outcome::passed;
  double duration_s = 0;
  std::string message;  // of a failure, at most 4 kB
  std::string id() const;  // classname or suite, "::", name
};

struct Report {
  std::string format;  // junit, tap, go-test-json, console-...
  std::vector<Case> cases;
  double duration_s = 0;
  bool truncated = false;  // input ended early or passed a bound
  struct Counts {
    std::int64_t passed = 0, failed = 0, errors = 0, skipped = 0;
  };
  Counts counts() const;
};

// Errors (B): report_unreadable with the reason. XML: no entities beyond the five, no DTD.
Result<Report> parse_junit(std::string_view xml);
Result<Report> parse_tap(std::string_view text);
Result<Report> parse_go_test_json(std::string_view text);
// Looks at the text and chooses; falls back on console summaries of pytest, unittest, node --test, jest, mocha, go and maven.
Result<Report> parse_any(std::string_view text);
// Adds the cases of `other`.
void merge(Report& into, Report other);

}  // namespace argosy::reports
