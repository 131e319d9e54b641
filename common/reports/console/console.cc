#include "common/reports/console/readers.h"

#include <algorithm>
#include <array>

#include "common/core/text.h"
#include "common/reports/clean_text.h"

namespace argosy::reports {
namespace {

constexpr std::int64_t kMaxCount = 1'000'000'000'000;  // nobody has so many tests: it is something else
constexpr std::size_t kMaxLine = 16u << 10;            // of a line's start; a summary is shorter

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

CountedWords counted_words(std::string_view text) {
  CountedWords words;
  for (std::size_t i = 0; i < text.size();) {
    if (!is_digit(text[i]) || (i > 0 && (is_letter(text[i - 1]) || text[i - 1] == '.'))) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && is_digit(text[end])) ++end;
    const auto number = text::to_int(text.substr(i, end - i));
    i = end;
    if (!number || *number > kMaxCount || i >= text.size() || text[i] != ' ') continue;
    const std::size_t word = ++i;
    while (i < text.size() && is_letter(text[i])) ++i;
    if (i > word) words.emplace_back(*number, text.substr(word, i - word));
  }
  return words;
}

std::int64_t count_of(const CountedWords& words, std::initializer_list<std::string_view> names) {
  std::int64_t sum = 0;
  for (const auto& [number, word] : words)
    if (std::ranges::find(names, word) != names.end()) sum += number;
  return sum;
}

void settle(Report& report, const Report::Counts& summary) {
  const auto named = report.counts();
  const auto rest = [](std::int64_t all, std::int64_t told) { return std::max<std::int64_t>(all - told, 0); };
  report.unnamed.passed += rest(summary.passed, named.passed);
  report.unnamed.failed += rest(summary.failed, named.failed);
  report.unnamed.errors += rest(summary.errors, named.errors);
  report.unnamed.skipped += rest(summary.skipped, named.skipped);
}

Case* add_case(Report& report, std::string_view classname, std::string_view name, Outcome outcome) {
  Case one;
  one.classname = clean(classname, kMaxName);
  one.name = clean(name, kMaxName);
  one.outcome = outcome;
  const auto before = report.cases.size();
  report.add(std::move(one));
  return report.cases.size() > before ? &report.cases.back() : nullptr;
}

Result<Report> parse_console(std::string_view text) {
  // In the order in which they win: tools that others run inside themselves come last.
  const std::array readers{ctest_console(),  cargo_console(), pytest_console(), unittest_console(), maven_console(),
                           gradle_console(), jest_console(),  node_console(),   mocha_console(),    go_console()};
  for (Lines lines(text); lines.next();) {
    const auto plain = without_colours(lines.line.substr(0, kMaxLine));
    for (const auto& reader : readers) reader->line(plain);
  }
  for (const auto& reader : readers)
    if (auto report = reader->finish()) return std::move(*report);
  return fail_user("report_unreadable", "no test summary was recognised", "let the tests write JUnit XML or TAP");
}

}  // namespace argosy::reports
