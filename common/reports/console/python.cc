// pytest and unittest, as they print.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "common/core/text.h"
#include "common/reports/clean_text.h"
#include "common/reports/console/readers.h"
#include "common/reports/place.h"

namespace argosy::reports {
namespace {

class PytestConsole final : public ConsoleReader {
 public:
  PytestConsole() { report_.format = "console-pytest"; }

  void line(std::string_view line) override {
    for (const auto& [word, outcome] : kSummaryWords)
      if (line.starts_with(word)) return named(line, line.substr(word.size()), outcome);
    if (line.find("::") != std::string_view::npos) return verbose(line);
    auto bare = line;
    while (!bare.empty() && (bare.front() == '=' || bare.front() == ' ')) bare.remove_prefix(1);
    while (!bare.empty() && (bare.back() == '=' || bare.back() == ' ')) bare.remove_suffix(1);
    if (bare.starts_with("test session starts")) started_ = true;
    if (const auto in = bare.rfind(" in "); in != std::string_view::npos && in + 4 < bare.size())
      summary(bare.substr(0, in), bare.substr(in + 4));
  }

  std::optional<Report> finish() override {
    if (!counts_ && (!started_ || outcomes_.empty())) return std::nullopt;
    report_.truncated = !counts_;
    for (const auto& [id, outcome, message] : outcomes_) {
      const auto split = id.rfind("::");
      auto* one = split == std::string::npos ? add_case(report_, "", id, outcome)
                                             : add_case(report_, id.substr(0, split), id.substr(split + 2), outcome);
      if (!one) break;
      one->file = clean(id.substr(0, id.find("::")), kMaxName);
      one->message = clean(message, kMaxMessage);
    }
    if (counts_) settle(report_, *counts_);
    return std::move(report_);
  }

 private:
  // Of the summary, each at the start of a line. A skip is told by its place, not by its name.
  static constexpr std::pair<std::string_view, Outcome> kSummaryWords[] = {{"FAILED ", Outcome::failed}, {"SUBFAILED", Outcome::failed},
                                                                           {"ERROR ", Outcome::errored}, {"PASSED ", Outcome::passed},
                                                                           {"XFAIL ", Outcome::skipped}, {"XPASS ", Outcome::passed}};

  // "FAILED tests/test_a.py::test_b - AssertionError: ...", "SUBFAILED(i=1) tests/test_a.py::test_b - ..."
  void named(std::string_view line, std::string_view rest, Outcome outcome) {
    std::string_view which;
    if (line.starts_with("SUBFAILED")) {
      const auto end = rest.find(") ");
      const auto bracket = rest.find("] ");
      const auto cut = std::min(end, bracket);
      if (cut == std::string_view::npos) return;
      which = rest.substr(0, cut + 1);
      rest = rest.substr(cut + 2);
    }
    const auto dash = rest.find(" - ");
    const auto id = text::trim(rest.substr(0, dash));
    if (id.find(".py") == std::string_view::npos) return;
    keep(which.empty() ? std::string(id) : std::string(id) + " " + std::string(which), outcome,
         dash == std::string_view::npos ? std::string_view{} : rest.substr(dash + 3));
  }

  // One test may fail and then fail to be torn down: both count, as pytest counts them.
  void keep(std::string id, Outcome outcome, std::string_view message) {
    if (outcomes_.size() >= kMaxCases) return;
    const auto [it, added] = known_.emplace(std::pair(id, outcome), outcomes_.size());
    if (added) outcomes_.push_back({std::move(id), outcome, {}});
    if (outcomes_[it->second].message.empty()) outcomes_[it->second].message = message;
  }

  // "tests/test_a.py::test_b PASSED   [ 10%]"
  void verbose(std::string_view line) {
    static const std::pair<std::string_view, Outcome> verdicts[] = {{" PASSED", Outcome::passed}, {" FAILED", Outcome::failed},
                                                                    {" ERROR", Outcome::errored}, {" SKIPPED", Outcome::skipped},
                                                                    {" XFAIL", Outcome::skipped}, {" XPASS", Outcome::passed}};
    for (const auto& [word, outcome] : verdicts) {
      const auto at = line.find(word);
      if (at == std::string_view::npos || line.substr(0, at).find(' ') < line.find("::")) continue;
      const auto after = text::trim(line.substr(at + word.size()));
      if (!after.empty() && after.front() != '[' && after.front() != '(') continue;
      return keep(std::string(line.substr(0, at)), outcome, {});
    }
  }

  void summary(std::string_view counted, std::string_view time) {
    const auto words = counted_words(counted);
    const auto known = count_of(words, {"passed", "failed", "error", "errors", "skipped", "xfailed", "xpassed", "deselected"});
    if ((known == 0 && !counted.starts_with("no tests ran")) || leading_number(time) < 0 || time.find('s') == std::string_view::npos)
      return;
    counts_ = Report::Counts{.passed = count_of(words, {"passed", "xpassed"}),
                             .failed = count_of(words, {"failed"}),
                             .errors = count_of(words, {"error", "errors"}),
                             .skipped = count_of(words, {"skipped", "xfailed"})};
    report_.duration_s = leading_number(time);
  }

  Report report_;
  bool started_ = false;
  std::optional<Report::Counts> counts_;
  struct Named {
    std::string id;
    Outcome outcome;
    std::string message;
  };
  std::vector<Named> outcomes_;  // in the order in which pytest told them
  std::map<std::pair<std::string, Outcome>, std::size_t> known_;
};

class UnittestConsole final : public ConsoleReader {
 public:
  UnittestConsole() { report_.format = "console-unittest"; }

  void line(std::string_view line) override {
    if (line.starts_with("=====") || (line.starts_with("-----") && !said_of_.empty() && !messages_[said_of_].empty())) said_of_.clear();
    if (line.starts_with("FAIL: ")) return heading(line.substr(6), Outcome::failed);
    if (line.starts_with("ERROR: ")) return heading(line.substr(7), Outcome::errored);
    if (line.starts_with("Ran ") && line.size() > 4 && line[4] >= '0' && line[4] <= '9' && line.find(" test") != std::string_view::npos) {
      ran_ = static_cast<std::int64_t>(leading_number(line.substr(4)));
      report_.duration_s = leading_number(line.substr(std::min(line.size(), line.find(" in ") + 4)));
      return;
    }
    if (ran_ &&
        (line == "OK" || line == "NO TESTS RAN" || ((line.starts_with("OK (") || line.starts_with("FAILED (")) && line.ends_with(')'))))
      return verdict(line);
    if (!said_of_.empty()) return said(line);
    if (const auto dots = line.find(" ... "); dots != std::string_view::npos) return verbose(line.substr(0, dots), line.substr(dots + 5));
    if (line.ends_with(" ..."))
      pending_ = id_of(line.substr(0, line.size() - 4));
    else if (is_test_line(line))
      pending_ = id_of(line);  // its docstring, with the verdict, is on the next line
    else if (!pending_.empty() && note(pending_, line))
      pending_.clear();
  }

  std::optional<Report> finish() override {
    if (!ran_ && outcomes_.empty()) return std::nullopt;
    report_.truncated = !ended_;
    for (const auto& [id, outcome] : outcomes_) {
      const auto dot = id.rfind('.');
      auto* one =
          dot == std::string::npos ? add_case(report_, "", id, outcome) : add_case(report_, id.substr(0, dot), id.substr(dot + 1), outcome);
      if (one == nullptr) break;
      one->message = clean(text::trim(messages_[id]), kMaxMessage);
      locate(*one);
    }
    if (ended_) settle(report_, counts_);
    return std::move(report_);
  }

 private:
  static bool is_test_line(std::string_view line) {
    const auto open = line.find(" (");
    return line.starts_with("test") && line.ends_with(')') && open != std::string_view::npos &&
           line.substr(0, open).find(' ') == std::string_view::npos;
  }

  // "test_a (pkg.module.Class.test_a)", before Python 3.11 "test_a (pkg.module.Class)"; a sub-test's values follow in parentheses.
  static std::string id_of(std::string_view text) {
    const auto open = text.find(" (");
    if (open == std::string_view::npos) return std::string(text::trim(text));
    const auto name = text.substr(0, open);
    auto where = text.substr(open + 2);
    where = where.substr(0, where.find(')'));
    if (where == name || where.ends_with("." + std::string(name))) return std::string(where);
    return std::string(where) + "." + std::string(name);
  }

  void heading(std::string_view rest, Outcome outcome) {
    if (outcomes_.size() >= kMaxCases) return;
    said_of_ = id_of(rest);
    outcomes_[said_of_] = outcome;
    if (!headed_.insert(said_of_).second) ++repeated_;
    for (const std::string_view around : {".setUpClass", ".tearDownClass", ".setUpModule", ".tearDownModule"})
      if (said_of_.ends_with(around)) ++around_;
  }

  void said(std::string_view line) {
    auto& message = messages_[said_of_];
    if (line.starts_with("-----") || message.size() >= kMaxMessage) return;
    message.append(line.substr(0, kMaxMessage)).push_back('\n');
  }

  void verbose(std::string_view what, std::string_view said) {
    const auto id = is_test_line(what) ? id_of(what) : std::exchange(pending_, {});
    if (!id.empty() && !note(id, said)) pending_ = id;  // the program printed before the verdict came
  }

  bool note(const std::string& id, std::string_view said) {
    const auto outcome = said == "ok"                                                ? std::optional(Outcome::passed)
                         : said == "FAIL" || said == "unexpected success"            ? std::optional(Outcome::failed)
                         : said == "ERROR"                                           ? std::optional(Outcome::errored)
                         : said.starts_with("skipped") || said == "expected failure" ? std::optional(Outcome::skipped)
                                                                                     : std::nullopt;
    if (outcome && outcomes_.size() < kMaxCases) outcomes_.emplace(id, *outcome);
    return outcome.has_value();
  }

  // "FAILED (failures=1, errors=2, skipped=3, expected failures=1, unexpected successes=1)"
  void verdict(std::string_view line) {
    const auto value = [&](std::string_view name) {
      const auto at = line.find(name);
      return at == std::string_view::npos ? 0 : static_cast<std::int64_t>(leading_number(line.substr(at + name.size())));
    };
    counts_.failed = value("(failures=") + value(" failures=") - value("expected failures=") + value("unexpected successes=");
    counts_.failed = std::max<std::int64_t>(counts_.failed, 0);
    counts_.errors = value("errors=");
    counts_.skipped = value("skipped=") + value("expected failures=");
    // A test with several failing sub-tests ran once; what stands around the tests of a class is no test that ran.
    counts_.passed = std::max<std::int64_t>(
        *ran_ - counts_.failed - counts_.errors - counts_.skipped + static_cast<std::int64_t>(repeated_ + around_), 0);
    ended_ = true;
  }

  Report report_;
  std::optional<std::int64_t> ran_;
  bool ended_ = false;
  Report::Counts counts_;
  std::string pending_;
  std::map<std::string, Outcome> outcomes_;
  std::string said_of_;  // the failure whose trace is being printed
  std::map<std::string, std::string> messages_;
  std::set<std::string> headed_;
  std::size_t repeated_ = 0, around_ = 0;
};

}  // namespace

std::unique_ptr<ConsoleReader> pytest_console() { return std::make_unique<PytestConsole>(); }
std::unique_ptr<ConsoleReader> unittest_console() { return std::make_unique<UnittestConsole>(); }

}  // namespace argosy::reports
