// go test, Maven's surefire and Gradle, as they print.
#include <algorithm>
#include <map>
#include <set>

#include "common/core/text.h"
#include "common/reports/clean_text.h"
#include "common/reports/console/readers.h"

namespace argosy::reports {
namespace {

class GoConsole final : public ConsoleReader {
 public:
  void line(std::string_view line) override {
    const auto bare = text::trim(line);
    if (bare.starts_with("--- ")) return test(bare.substr(4));
    if (line.starts_with("ok  \t")) return package(line.substr(5), Outcome::passed);
    if (line.starts_with("FAIL\t")) return package(line.substr(5), Outcome::failed);
  }

  std::optional<Report> finish() override {
    if (packages_ == 0) return std::nullopt;
    report_.format = "console-go";
    return std::move(report_);
  }

 private:
  // "FAIL: TestX/sub (0.00s)", of the package whose line follows
  void test(std::string_view rest) {
    static const std::pair<std::string_view, Outcome> verdicts[] = {
        {"PASS: ", Outcome::passed}, {"FAIL: ", Outcome::failed}, {"SKIP: ", Outcome::skipped}};
    for (const auto& [word, outcome] : verdicts)
      if (rest.starts_with(word) && open_.size() < kMaxCases)
        open_.emplace(rest.substr(word.size(), rest.rfind(" (") - word.size()), outcome);
  }

  void package(std::string_view rest, Outcome outcome) {
    ++packages_;
    const auto name = rest.substr(0, rest.find_first_of("\t "));
    const auto time = rest.find('\t');
    if (time != std::string_view::npos) report_.duration_s += leading_number(rest.substr(time + 1));
    bool told = false;
    for (const auto& [test, verdict] : open_) {
      auto* one = add_case(report_, name, test, verdict);
      if (one != nullptr) one->by_subtest = verdict == Outcome::failed && subtest_failed(test);
      told = told || verdict == outcome || (outcome == Outcome::passed && verdict == Outcome::skipped);
    }
    open_.clear();
    // Without -v a package that passed says no more; one that failed without a test did not build or did not start.
    if (!told) add_case(report_, name, "(package)", outcome == Outcome::failed ? Outcome::errored : outcome);
  }

  bool subtest_failed(const std::string& test) const {
    const auto prefix = test + "/";
    for (auto below = open_.lower_bound(prefix); below != open_.end() && below->first.starts_with(prefix); ++below)
      if (below->second == Outcome::failed) return true;
    return false;
  }

  Report report_;
  int packages_ = 0;
  std::map<std::string, Outcome> open_;
};

class MavenConsole final : public ConsoleReader {
 public:
  void line(std::string_view line) override {
    for (const std::string_view level : {"[INFO] ", "[ERROR] ", "[WARNING] "})
      if (line.starts_with(level)) line.remove_prefix(level.size());
    if (line.starts_with("Tests run: ")) return summary(line);
    if (line.starts_with("Total time: ")) duration_s_ = leading_number(text::trim(line.substr(12)));
    for (const auto& [mark, outcome] :
         {std::pair{std::string_view("<<< FAILURE!"), Outcome::failed}, {std::string_view("<<< ERROR!"), Outcome::errored}})
      if (const auto at = line.find(mark); at != std::string_view::npos) named(line.substr(0, at), outcome);
  }

  std::optional<Report> finish() override {
    if (!seen_) return std::nullopt;
    report_.format = "console-maven";
    report_.duration_s = duration_s_;
    report_.truncated = !ended_;
    settle(report_, ended_ ? total_ : classes_);
    return std::move(report_);
  }

 private:
  // Of a class ("..., Time elapsed: 0.1 s") or of a module, which has summed up its classes.
  void summary(std::string_view line) {
    const auto value = [&](std::string_view name) {
      const auto at = line.find(name);
      return at == std::string_view::npos ? 0 : static_cast<std::int64_t>(leading_number(line.substr(at + name.size())));
    };
    const auto failed = value("Failures: "), errors = value("Errors: "), skipped = value("Skipped: ");
    const bool of_class = line.find("Time elapsed") != std::string_view::npos;
    auto& into = of_class ? classes_ : total_;
    into.failed += failed;
    into.errors += errors;
    into.skipped += skipped;
    into.passed += std::max<std::int64_t>(value("Tests run: ") - failed - errors - skipped, 0);
    seen_ = true;
    ended_ = ended_ || !of_class;
  }

  // "com.x.FooTest.bar -- Time elapsed: 0.01 s", "com.x.FooTest.bar  Time elapsed: ...", "bar(com.x.FooTest)  Time elapsed: ..."
  void named(std::string_view rest, Outcome outcome) {
    const auto name = rest.substr(0, rest.find_first_of(" "));
    const auto open = name.find('(');
    const auto dot = name.rfind('.', open);
    const auto before = report_.cases.size();
    if (open != std::string_view::npos && name.ends_with(')') && name.size() > open + 2) {
      add_case(report_, name.substr(open + 1, name.size() - open - 2), name.substr(0, open), outcome);
    } else if (dot != std::string_view::npos) {
      add_case(report_, name.substr(0, dot), name.substr(dot + 1), outcome);
    }
    // surefire tells each twice.
    if (report_.cases.size() > before && !seen_names_.insert(report_.cases.back().id()).second) report_.cases.pop_back();
  }

  Report report_;
  bool seen_ = false, ended_ = false;
  Report::Counts total_, classes_;
  double duration_s_ = 0;
  std::set<std::string> seen_names_;
};

class GradleConsole final : public ConsoleReader {
 public:
  void line(std::string_view line) override {
    if (line.starts_with("> Task ")) gradle_ = true;
    for (const auto& [word, outcome] : {std::pair{std::string_view(" PASSED"), Outcome::passed},
                                        {std::string_view(" FAILED"), Outcome::failed},
                                        {std::string_view(" SKIPPED"), Outcome::skipped}}) {
      const auto split = line.find(" > ");
      if (!line.starts_with("> Task") && line.ends_with(word) && split != std::string_view::npos)
        add_case(report_, line.substr(0, split), line.substr(split + 3, line.size() - word.size() - split - 3), outcome);
    }
    const auto words = counted_words(line);
    const auto completed = line.find(" completed") == std::string_view::npos ? 0 : count_of(words, {"tests", "test"});
    if (completed == 0) return;
    counts_ = Report::Counts{.failed = count_of(words, {"failed"}), .skipped = count_of(words, {"skipped"})};
    counts_->passed = std::max<std::int64_t>(completed - counts_->failed - counts_->skipped, 0);
  }

  std::optional<Report> finish() override {
    if (!gradle_ || (!counts_ && report_.cases.empty())) return std::nullopt;
    report_.format = "console-gradle";
    if (counts_) settle(report_, *counts_);
    return std::move(report_);
  }

 private:
  Report report_;
  bool gradle_ = false;
  std::optional<Report::Counts> counts_;
};

}  // namespace

std::unique_ptr<ConsoleReader> go_console() { return std::make_unique<GoConsole>(); }
std::unique_ptr<ConsoleReader> maven_console() { return std::make_unique<MavenConsole>(); }
std::unique_ptr<ConsoleReader> gradle_console() { return std::make_unique<GradleConsole>(); }

}  // namespace argosy::reports
