// node --test (spec reporter), jest, vitest and mocha, as they print.
#include <set>

#include "common/core/text.h"
#include "common/reports/clean_text.h"
#include "common/reports/console/readers.h"

namespace argosy::reports {
namespace {

// Failing names, each once, in their order.
class Names {
 public:
  void add(std::string_view name) {
    if (list_.size() < kMaxCases && seen_.emplace(name).second) list_.emplace_back(name);
  }
  void give(Report& report, Outcome outcome) const {
    for (const auto& name : list_) add_case(report, "", name, outcome);
  }
  bool empty() const { return list_.empty(); }

 private:
  std::set<std::string, std::less<>> seen_;
  std::vector<std::string> list_;
};

class NodeConsole final : public ConsoleReader {
 public:
  void line(std::string_view line) override {
    if (line.starts_with("✖ failing tests:"))
      in_list_ = true;
    else if (in_list_ && line.starts_with("✖ ") && !line.ends_with("# TODO"))
      failed_.add(line.substr(0, line.rfind(" (")).substr(std::string_view("✖ ").size()));
    for (const std::string_view mark : {"ℹ ", "# "}) {
      if (!line.starts_with(mark)) continue;
      const auto field = line.substr(mark.size());
      const auto space = field.find(' ');
      if (space == std::string_view::npos) return;
      const double number = leading_number(field.substr(space + 1));
      const auto count = static_cast<std::int64_t>(number);
      const auto name = field.substr(0, space);
      if (name == "tests") tests_ = count;
      if (name == "pass") counts_.passed = count;
      if (name == "fail") counts_.failed = count;
      if (name == "cancelled") counts_.errors = count;
      if (name == "skipped" || name == "todo") counts_.skipped += count;
      if (name == "duration_ms") duration_s_ = number / 1000;
    }
  }

  std::optional<Report> finish() override {
    if (!tests_) return std::nullopt;
    Report report;
    report.format = "console-node";
    failed_.give(report, Outcome::failed);
    report.duration_s = duration_s_;
    settle(report, counts_);
    return report;
  }

 private:
  std::optional<std::int64_t> tests_;
  Report::Counts counts_;
  double duration_s_ = 0;
  bool in_list_ = false;
  Names failed_;
};

class JestConsole final : public ConsoleReader {
 public:
  void line(std::string_view line) override {
    const auto bare = text::trim(line);
    if (bare.starts_with("Tests:") || bare.starts_with("Tests  ")) {
      vitest_ = !bare.starts_with("Tests:");
      words_to_counts(bare);
    }
    if (bare.starts_with("Time:") || bare.starts_with("Duration  ")) duration(text::trim(bare.substr(bare.find_first_of(": "))));
    if (bare.starts_with("FAIL ")) {
      file_ = std::string(text::trim(bare.substr(5)));
      if (file_.find(" > ") != std::string::npos) failed_.add(file_);
      // vitest's, of a file that could not be loaded: "FAIL  a.test.ts [ a.test.ts ]"
      if (const auto again = file_.find(" [ "); again != std::string::npos && file_.ends_with(" ]")) broken_.add(file_.substr(0, again));
    }
    if (bare == "● Console") return;
    if (bare == "● Test suite failed to run")
      broken_.add(file_);
    else if (bare.starts_with("● ") && bare.find(" › ") != std::string_view::npos)
      failed_.add(bare.substr(std::string_view("● ").size()));
    else if (line.starts_with("  ● "))
      failed_.add(bare.substr(std::string_view("● ").size()));
  }

  std::optional<Report> finish() override {
    if (!counts_) return std::nullopt;
    Report report;
    report.format = vitest_ ? "console-vitest" : "console-jest";
    if (counts_->failed > 0) failed_.give(report, Outcome::failed);
    broken_.give(report, Outcome::errored);
    report.duration_s = duration_s_;
    settle(report, *counts_);
    return report;
  }

 private:
  void words_to_counts(std::string_view line) {
    const auto words = counted_words(line);
    counts_ = Report::Counts{
        .passed = count_of(words, {"passed"}), .failed = count_of(words, {"failed"}), .skipped = count_of(words, {"skipped", "todo"})};
  }
  void duration(std::string_view text) {
    if (text.starts_with(':')) text = text::trim(text.substr(1));
    const bool milliseconds = text.find("ms") < text.find(' ') && text.find("ms") != std::string_view::npos;
    duration_s_ = leading_number(text) / (milliseconds ? 1000 : 1);
  }

  std::optional<Report::Counts> counts_;
  bool vitest_ = false;
  double duration_s_ = 0;
  std::string file_;
  Names failed_, broken_;
};

class MochaConsole final : public ConsoleReader {
 public:
  void line(std::string_view line) override {
    const auto bare = text::trim(line);
    const auto words = bare.size() < 60 ? counted_words(bare) : CountedWords{};
    if (words.size() == 1 && !bare.empty() && bare.front() >= '0' && bare.front() <= '9') {
      const auto [number, word] = words.front();
      if (word == "passing") counts_.passed = number, seen_ = true;
      if (word == "pending") counts_.skipped = number;
      if (word == "failing") counts_.failed = number, in_list_ = true;
      if (word == "passing" || word == "pending" || word == "failing") return;
    }
    if (in_list_) list_line(line, bare);
  }

  std::optional<Report> finish() override {
    if (!seen_) return std::nullopt;
    Report report;
    report.format = "console-mocha";
    failed_.give(report, Outcome::failed);
    settle(report, counts_);
    return report;
  }

 private:
  // "  1) Suite" / "       inner suite" / "         test name:": a title goes on until its colon.
  void list_line(std::string_view line, std::string_view bare) {
    const auto parenthesis = bare.find(") ");
    const bool starts =
        line.starts_with("  ") && parenthesis != std::string_view::npos && text::to_int(bare.substr(0, parenthesis)).has_value();
    if (starts)
      title_ = bare.substr(parenthesis + 2);
    else if (!title_.empty() && !bare.empty())
      title_ += " " + std::string(bare);
    if (title_.empty() || !title_.ends_with(':')) return;
    title_.pop_back();
    failed_.add(title_);
    title_.clear();
  }

  bool seen_ = false, in_list_ = false;
  Report::Counts counts_;
  std::string title_;
  Names failed_;
};

}  // namespace

std::unique_ptr<ConsoleReader> node_console() { return std::make_unique<NodeConsole>(); }
std::unique_ptr<ConsoleReader> jest_console() { return std::make_unique<JestConsole>(); }
std::unique_ptr<ConsoleReader> mocha_console() { return std::make_unique<MochaConsole>(); }

}  // namespace argosy::reports
