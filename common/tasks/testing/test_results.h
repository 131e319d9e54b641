// What a run of a repository's tests found, as rows: kept with the step, read by clients (GET .../tests). Made by the testing worker.
// Values, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace argosy::tasks {

inline constexpr std::size_t kMaxTestRows = 20'000;        // of one run; what failed comes first, the rest is only counted
inline constexpr std::size_t kMaxTestMessage = 4'000;      // bytes of one
inline constexpr std::size_t kMaxTestMessages = 4u << 20;  // bytes of all of a run together; later ones stay empty

struct TestCase {
  std::string suite{}, name{}, classname{}, file{};
  std::int64_t line = 0;  // 0: not known
  std::string outcome{};  // passed, failed, errored, skipped
  std::int64_t duration_ms = 0;
  std::string message{};
  bool flaky = false;          // failed and, run again, passed
  bool failed_before = false;  // fails on the base commit too

  friend bool operator==(const TestCase&, const TestCase&) = default;
};

struct TestResults {
  std::string framework{}, command{};
  std::int64_t passed = 0, failed = 0, errors = 0, skipped = 0, flaky = 0, duration_ms = 0;
  std::int64_t cases_seen = 0;  // of which `cases` are the first
  std::vector<TestCase> cases{};

  friend bool operator==(const TestResults&, const TestResults&) = default;
};

}  // namespace argosy::tasks
