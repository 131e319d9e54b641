// Test reports as counts and names: JUnit XML (the dialects of pytest, surefire, jest-junit, mocha, node, gtest), TAP 12-14,
// `go test -json`, jest's JSON, and console output where nothing better is there. What is read comes from code that is not ours: bounded,
// never throws, never asks the outside, and gives text that is valid UTF-8. Used by the testing worker and the command line. Pure, any
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"

namespace argosy::reports {

enum class Outcome { passed, failed, errored, skipped };
std::string_view to_string(Outcome outcome);

struct Case {
  std::string suite, name, classname, file;
  Outcome outcome = Outcome::passed;
  double duration_s = 0;
  std::string message;     // of what did not pass, at most kMaxMessage bytes
  std::string id() const;  // classname or suite, "::", name
};

// Beyond these a report is cut and says so.
inline constexpr std::size_t kMaxCases = 200'000;
inline constexpr std::size_t kMaxName = 1'000;
inline constexpr std::size_t kMaxMessage = 4'000;

struct Report {
  std::string format;  // junit, tap, go-test-json, console-pytest, console-unittest, ...
  std::vector<Case> cases;
  double duration_s = 0;
  bool truncated = false;  // the input ended early, was broken in the middle, or passed a bound
  struct Counts {
    std::int64_t passed = 0, failed = 0, errors = 0, skipped = 0;
    std::int64_t total() const { return passed + failed + errors + skipped; }
    void add(Outcome outcome, std::int64_t how_many = 1);
  };
  Counts unnamed;  // outcomes that the input only counts (console summaries)
  Counts counts() const;
  std::vector<std::string> failing() const;  // ids of failed and errored cases, each once, in their order
};

// Errors (B): report_unreadable with the reason. XML: no entities beyond the five, no DTD.
Result<Report> parse_junit(std::string_view xml);
Result<Report> parse_tap(std::string_view text);
Result<Report> parse_go_test_json(std::string_view text);
// What jest --json and vitest --reporter=json write.
Result<Report> parse_jest_json(std::string_view text);
// Console summaries of pytest, unittest, node --test, jest, vitest, mocha, go, Maven and Gradle.
Result<Report> parse_console(std::string_view text);
// Looks at the text and chooses among all of the above; what stands around the report is passed over.
Result<Report> parse_any(std::string_view text);
// Adds the cases of `other`.
void merge(Report& into, Report other);

}  // namespace argosy::reports
