// Readers of what test tools print for people, one a tool; each is shown every line and says at the end whether it met its tool.
// Internal to the room; one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/reports/report.h"

namespace argosy::reports {

class ConsoleReader {
 public:
  virtual ~ConsoleReader() = default;
  virtual void line(std::string_view line) = 0;  // without colours; valid during the call
  // Nothing when the tool was not recognised. Named cases as far as the tool names them, all others in Report::unnamed.
  virtual std::optional<Report> finish() = 0;
};

std::unique_ptr<ConsoleReader> pytest_console();
std::unique_ptr<ConsoleReader> unittest_console();
std::unique_ptr<ConsoleReader> node_console();
std::unique_ptr<ConsoleReader> jest_console();  // and vitest
std::unique_ptr<ConsoleReader> mocha_console();
std::unique_ptr<ConsoleReader> go_console();
std::unique_ptr<ConsoleReader> maven_console();
std::unique_ptr<ConsoleReader> gradle_console();
std::unique_ptr<ConsoleReader> cargo_console();
std::unique_ptr<ConsoleReader> ctest_console();

// "3 failed, 5 passed | 1 skipped" as pairs, in that order.
using CountedWords = std::vector<std::pair<std::int64_t, std::string_view>>;
CountedWords counted_words(std::string_view text);
std::int64_t count_of(const CountedWords& words, std::initializer_list<std::string_view> names);

// `summary` is what the tool counted; what of it has no named case becomes Report::unnamed.
void settle(Report& report, const Report::Counts& summary);

// Adds a case unless the report is full.
Case* add_case(Report& report, std::string_view classname, std::string_view name, Outcome outcome);

}  // namespace argosy::reports
