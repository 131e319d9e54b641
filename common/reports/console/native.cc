// cargo test and ctest, as they print.
#include <algorithm>
#include <map>

#include "common/core/text.h"
#include "common/reports/clean_text.h"
#include "common/reports/console/readers.h"
#include "common/reports/place.h"

namespace argosy::reports {
namespace {

// "test tests::adds ... ok", "test tests::slow ... ignored, why", "test x - should panic ... FAILED"; a summary a target.
class CargoConsole final : public ConsoleReader {
 public:
  void line(std::string_view line) override {
    if (line.starts_with("test result: ")) return summary(line);
    if (line.starts_with("---- ") && line.ends_with(" stdout ----")) return begin_output(line.substr(5, line.size() - 5 - 12));
    if (line == "failures:") said_of_.reset();
    if (said_of_) return said(line);
    if (line.starts_with("     Running ") || line.starts_with("   Doc-tests ")) target_ = text::trim(line.substr(12));
    const auto dots = line.find(" ... ");
    if (line.starts_with("test ") && dots != std::string_view::npos) test(line.substr(5, dots - 5), line.substr(dots + 5));
  }

  std::optional<Report> finish() override {
    if (summaries_ == 0) return std::nullopt;
    report_.format = "console-cargo";
    for (auto& one : report_.cases) {
      one.message = clean(text::trim(one.message), kMaxMessage);
      locate(one);
    }
    settle(report_, counts_);
    return std::move(report_);
  }

 private:
  void test(std::string_view name, std::string_view verdict) {
    constexpr std::string_view kPanics = " - should panic";
    if (name.ends_with(kPanics)) name.remove_suffix(kPanics.size());
    const auto outcome = verdict == "ok"                  ? std::optional(Outcome::passed)
                         : verdict == "FAILED"            ? std::optional(Outcome::failed)
                         : verdict.starts_with("ignored") ? std::optional(Outcome::skipped)
                                                          : std::nullopt;
    if (!outcome) return;
    auto* one = add_case(report_, "", name, *outcome);
    if (one == nullptr) return;
    one->suite = clean(target_.substr(0, target_.find(" (")), kMaxName);
    if (verdict.starts_with("ignored, ")) one->message = verdict.substr(9);
    if (*outcome == Outcome::failed) failed_[one->name] = report_.cases.size() - 1;
  }

  void begin_output(std::string_view name) {
    const auto it = failed_.find(std::string(name));
    said_of_ = it == failed_.end() ? std::nullopt : std::optional(it->second);
  }

  void said(std::string_view line) {
    auto& message = report_.cases[*said_of_].message;
    if (message.size() < kMaxMessage) message.append(line).push_back('\n');
  }

  // "FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.42s"
  void summary(std::string_view line) {
    ++summaries_;
    const auto words = counted_words(line);
    counts_.passed += count_of(words, {"passed"});
    counts_.failed += count_of(words, {"failed"});
    counts_.skipped += count_of(words, {"ignored"});
    if (const auto in = line.find("finished in "); in != std::string_view::npos) report_.duration_s += leading_number(line.substr(in + 12));
    said_of_.reset();
    failed_.clear();
  }

  Report report_;
  int summaries_ = 0;
  Report::Counts counts_;
  std::string target_;
  std::map<std::string, std::size_t> failed_;  // of the target that runs
  std::optional<std::size_t> said_of_;         // the case whose output is being printed
};

// "2/8 Test #2: fails ............................***Failed    0.00 sec"
class CtestConsole final : public ConsoleReader {
 public:
  void line(std::string_view line) override {
    const auto bare = text::trim(line);
    if (bare.starts_with("Total Test time")) {
      ended_ = true;
      report_.duration_s = leading_number(text::trim(bare.substr(std::min(bare.size(), bare.find('=') + 1))));
    }
    const auto mark = bare.find(" Test ");
    const auto slash = bare.find('/');
    if (mark == std::string_view::npos || slash == std::string_view::npos || slash > mark || !text::to_int(bare.substr(0, slash))) return;
    const auto colon = bare.find(": ", mark);
    if (colon == std::string_view::npos || !bare.ends_with(" sec")) return;
    test(bare.substr(colon + 2, bare.size() - colon - 2 - 4));
  }

  std::optional<Report> finish() override {
    if (report_.cases.empty()) return std::nullopt;
    report_.format = "console-ctest";
    report_.truncated = report_.truncated || !ended_;
    return std::move(report_);
  }

 private:
  // "fails ............................***Failed    0.00"
  void test(std::string_view rest) {
    const auto number = rest.find_last_of(' ');
    const auto dots = rest.find(" .");
    if (number == std::string_view::npos || dots == std::string_view::npos || dots > number) return;
    auto verdict = text::trim(rest.substr(dots, number - dots));
    while (verdict.starts_with('.') || verdict.starts_with('*') || verdict.starts_with(' ')) verdict.remove_prefix(1);
    const bool skipped = verdict.starts_with("Skipped") || verdict.starts_with("Not Run (Disabled)");
    auto* one = add_case(report_, "", text::trim(rest.substr(0, dots)),
                         verdict == "Passed" ? Outcome::passed
                         : skipped           ? Outcome::skipped
                                             : Outcome::failed);
    if (one == nullptr) return;
    one->duration_s = leading_number(rest.substr(number + 1));
    if (one->outcome != Outcome::passed) one->message = clean(verdict, kMaxMessage);
  }

  Report report_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<ConsoleReader> cargo_console() { return std::make_unique<CargoConsole>(); }
std::unique_ptr<ConsoleReader> ctest_console() { return std::make_unique<CtestConsole>(); }

}  // namespace argosy::reports
