// Test reports as counts and names: JUnit XML (the dialects of pytest, surefire, Gradle, jest-junit, mocha, node, gtest, ctest, Go's and
// Rust's tools), TAP 12-14, `go test -json`, jest's JSON, and console output where nothing better is there. What is read comes from code
// that is not ours: bounded, never throws, never asks the outside, and gives text that is valid UTF-8. Used by the testing worker and the
// command line. Pure, any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"

namespace argosy::reports {

enum class Outcome { passed, failed, errored, skipped };
std::string_view to_string(Outcome outcome);

struct Case {
  std::string suite, name, classname, file;  // as the report has them; empty where it does not tell
  std::int64_t line = 0;                     // in the file: where the test stands, or where it failed; 0: not known
  Outcome outcome = Outcome::passed;
  double duration_s = 0;
  std::string message;      // of what did not pass, at most kMaxMessage bytes
  std::string output;       // what it printed, where the report tells it apart, at most kMaxOutput bytes
  bool by_subtest = false;  // it failed, and a test within it that failed is a case too
  std::string id() const;   // classname or suite, "::", name
};

// Beyond these a report is cut and says so.
inline constexpr std::size_t kMaxCases = 200'000;
inline constexpr std::size_t kMaxName = 1'000;
inline constexpr std::size_t kMaxMessage = 4'000;
inline constexpr std::size_t kMaxOutput = 4'000;
inline constexpr std::size_t kMaxText = 64u << 20;  // of all messages and outputs together; later ones are left out

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
  Counts unnamed;              // outcomes that the input only counts (console summaries), or of cases beyond kMaxCases
  std::size_t text_bytes = 0;  // of the messages and outputs of all cases
  Counts counts() const;
  // Ids of failed and errored cases, each once, in their order; of a test that failed by its subtests only those.
  std::vector<std::string> failing() const;
  // Adds a case as far as the bounds allow; beyond them it is counted only.
  void add(Case one);
  void count(Outcome outcome);  // of a case that is beyond them
};

// Bytes that come in pieces: the next one, valid until the next call; empty at the end.
using Source = std::function<std::string_view()>;

// Errors (B): report_unreadable with the reason. XML: no entities beyond the five, no DTD.
Result<Report> parse_junit(std::string_view xml);
Result<Report> parse_junit(const Source& xml);  // of any size: never held whole
Result<Report> parse_tap(std::string_view text);
Result<Report> parse_go_test_json(std::string_view text);
// What jest --json and vitest --reporter=json write.
Result<Report> parse_jest_json(std::string_view text);
// Console summaries of pytest, unittest, node --test, jest, vitest, mocha, go, Maven, Gradle, cargo test and ctest.
Result<Report> parse_console(std::string_view text);
// Looks at the text and chooses among all of the above; what stands around the report is passed over.
Result<Report> parse_any(std::string_view text);
// Where the JUnit report in a text begins, if it looks like one.
std::optional<std::size_t> junit_begins(std::string_view text);
// Adds the cases of `other`.
void merge(Report& into, Report other);

}  // namespace argosy::reports
