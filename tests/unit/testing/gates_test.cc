// What each gate makes of what was measured, and what its mode makes of that.
#include "workers/testing/gates/gate.h"

#include <gmock/gmock.h>

#include "common/core/json.h"

namespace argosy::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using Lines = std::map<std::string, tasks::FileLines>;

// A file of `covered` lines that were run and `missed` after them that were not.
reports::Coverage coverage(const std::string& path, int covered, int missed) {
  reports::Coverage made;
  auto* file = made.file(path);
  for (int i = 1; i <= covered + missed; ++i) made.hit(*file, i, i <= covered ? 1 : 0, reports::Coverage::Twice::most);
  return made;
}

Lines added(const std::string& path, std::set<std::int64_t> lines) {
  Lines made;
  made[path].added = std::move(lines);
  return made;
}

TEST(CoverageGate, HoldsWhileCoverageDoesNotFallByMoreThanIsAllowed) {
  EXPECT_TRUE(judge_coverage(coverage("a", 90, 10), coverage("a", 90, 10), {}, {}).held);
  EXPECT_TRUE(judge_coverage(coverage("a", 900, 100), coverage("a", 896, 104), {}, {}).held) << "0.4 of 0.5 points";
  EXPECT_FALSE(judge_coverage(coverage("a", 900, 100), coverage("a", 894, 106), {}, {}).held);
  EXPECT_FALSE(judge_coverage(coverage("a", 900, 100), coverage("a", 899, 101), {}, {.max_drop = 0}).held);
  EXPECT_TRUE(judge_coverage(coverage("a", 90, 10), coverage("a", 50, 50), {}, {.max_drop = 50}).held);
}

TEST(CoverageGate, NamesTheChangedLinesThatNoTestRuns) {
  const auto found = judge_coverage(coverage("a", 10, 0), coverage("a", 10, 10), added("a", {10, 11, 12}), {});
  EXPECT_EQ(found.code, "coverage_dropped");
  EXPECT_EQ(found.text,
            "coverage fell by 50.0 points, more than the 0.5 that are allowed: 50.0 % of all lines, 100.0 % on the base commit; 1 of 3 "
            "changed lines are run by tests");
  EXPECT_THAT(found.details, HasSubstr(R"("missed":[{"path":"a","lines":[11,12]}])"));
}

TEST(CoverageGate, HoldsChangedLinesToTheirOwnBound) {
  const auto lines = added("a", {10, 11});
  const auto found = judge_coverage(std::nullopt, coverage("a", 10, 10), lines, {.min_changed = 80});
  EXPECT_EQ(found.code, "changed_lines_uncovered");
  EXPECT_THAT(found.text, HasSubstr("1 of 2 changed lines are run by tests, 50.0 %, less than the 80 %"));
  EXPECT_TRUE(judge_coverage(std::nullopt, coverage("a", 10, 10), lines, {.min_changed = 50}).held);
  EXPECT_TRUE(judge_coverage(std::nullopt, coverage("a", 10, 10), added("README", {1}), {.min_changed = 100}).held)
      << "no changed line can run";
}

TEST(CoverageGate, SaysWhenThereIsNothingToCompare) {
  EXPECT_FALSE(judge_coverage(std::nullopt, std::nullopt, {}, {}).measured);
  EXPECT_FALSE(judge_coverage(std::nullopt, reports::Coverage{}, {}, {}).measured);
  const auto first = judge_coverage(std::nullopt, coverage("a", 1, 1), {}, {});
  EXPECT_TRUE(first.held);
  EXPECT_THAT(first.text, HasSubstr("no figure to compare with"));
}

TEST(CoverageGate, AChangeThatEndsTheMeasuringIsStopped) {
  EXPECT_EQ(judge_coverage(coverage("a", 1, 0), std::nullopt, {}, {}).code, "coverage_lost");
  EXPECT_EQ(judge_coverage(coverage("a", 1, 0), reports::Coverage{}, {}, {}).code, "coverage_lost");
}

TEST(CoverageGate, AFigureByTheChangesOwnMeasureDoesNotHold) {
  const auto fine = judge_coverage(coverage("a", 90, 10), coverage("a", 90, 10), {}, {});
  EXPECT_TRUE(with_settings(fine, {}).held);
  const auto found = with_settings(fine, {"setup.cfg", "tox.ini"});
  EXPECT_FALSE(found.held);
  EXPECT_EQ(found.code, "coverage_settings_changed");
  EXPECT_THAT(found.text, HasSubstr("in setup.cfg, tox.ini: its figure says nothing (90.0 % of all lines"));
  EXPECT_EQ(with_settings(coverage_lost(), {"setup.cfg"}).code, "coverage_lost") << "what does not hold anyway keeps its reason";
  EXPECT_FALSE(with_settings({.measured = false}, {"setup.cfg"}).measured);
}

TEST(CoverageGate, BoundsItsDetails) {
  reports::Coverage after;
  Lines lines;
  for (int i = 0; i < 500; ++i) {
    const auto path = "file" + std::to_string(i);
    auto* file = after.file(path);
    for (int line = 1; line <= 500; ++line) {
      after.hit(*file, line, 0, reports::Coverage::Twice::most);
      lines[path].added.insert(line);
    }
  }
  const auto details = json::parse(judge_coverage(coverage("a", 1, 0), after, lines, {}).details);
  ASSERT_TRUE(details);
  const auto missed = details->find("coverage")->array_or_empty("missed");
  EXPECT_EQ(missed.size(), 20u);
  EXPECT_EQ(missed.at(0).array_or_empty("lines").size(), 20u);
}

reports::LintReport findings(const std::vector<std::pair<std::string, int>>& rules) {
  reports::LintReport report;
  for (const auto& [rule, line] : rules) report.add({.tool = "ruff", .rule = rule, .file = "a.py", .line = line, .message = "bad"});
  return report;
}

TEST(LintGate, CountsOnlyWhatIsNew) {
  EXPECT_TRUE(judge_lint(findings({{"F401", 1}}), findings({{"F401", 1}}), {}).held);
  const auto found = judge_lint(findings({{"F401", 1}}), findings({{"F401", 1}, {"E711", 7}}), {});
  EXPECT_FALSE(found.held);
  EXPECT_EQ(found.code, "lint_findings_added");
  EXPECT_EQ(found.text, "1 new finding of the linter: a.py:7 E711 bad");
}

TEST(LintGate, AFindingThatMovedWithItsFileIsNotNew) {
  auto after = findings({{"F401", 1}});
  after.findings.front().file = "b.py";
  Lines lines;
  lines["b.py"].old_path = "a.py";
  EXPECT_TRUE(judge_lint(findings({{"F401", 1}}), after, lines).held);
  EXPECT_FALSE(judge_lint(findings({{"F401", 1}}), after, {}).held);
}

TEST(LintGate, SaysOfManyHowManyMore) {
  std::vector<std::pair<std::string, int>> many;
  for (int i = 0; i < 200; ++i) many.emplace_back("R" + std::to_string(i), i + 1);
  const auto found = judge_lint(reports::LintReport{}, findings(many), {});
  EXPECT_THAT(found.text, StartsWith("200 new findings of the linter: a.py:1 R0 bad; a.py:2 R1 bad; a.py:3 R2 bad; and 197 more"));
  EXPECT_EQ(json::parse(found.details)->array_or_empty("findings").size(), 50u);
}

TEST(LintGate, SaysWhenItDidNotRun) {
  EXPECT_FALSE(judge_lint(std::nullopt, std::nullopt, {}).measured);
  EXPECT_FALSE(judge_lint(std::nullopt, findings({{"F401", 1}}), {}).measured);
}

TEST(SyntaxGate, StopsOnlyWhatTheChangeBreaks) {
  EXPECT_TRUE(judge_syntax({{"a.py", "def f():\n    pass\n", "def g():\n    pass\n"}}).held);
  const auto broken = judge_syntax({{"a.py", "", "def f(:\n    pass\n"}, {"b.go", "package b\n", "package b\n\nfunc {\n"}});
  EXPECT_EQ(broken.code, "syntax_broken");
  EXPECT_THAT(broken.text, StartsWith("the change breaks the grammar of 2 files: a.py:1, b.go:"));
  EXPECT_TRUE(judge_syntax({{"a.py", "def f(:\n    pass\n", "def f(:\n    pass  # still\n"}}).held) << "it was broken before";
  EXPECT_FALSE(judge_syntax({{"notes.txt", "", "((("}}).measured);
}

TEST(BenchGate, ComparesEveryFigureThatBothHave) {
  EXPECT_TRUE(judge_bench(R"({"parse_ms": 100})", R"({"parse_ms": 109, "new_ms": 5})", 10).held);
  const auto found = judge_bench(R"({"parse_ms": 100, "load_ms": 10})", R"({"parse_ms": 125, "load_ms": 9})", 10);
  EXPECT_EQ(found.code, "benchmark_regressed");
  EXPECT_EQ(found.text, "the benchmark got worse, by more than 10 %: parse_ms by 25.0 %");
  EXPECT_TRUE(judge_bench(R"({"a": 0, "b": -1, "c": "x"})", R"({"a": 5, "b": 5, "c": 5})", 10).held) << "nothing to divide by";
}

TEST(BenchGate, SaysWhenThereAreNoFigures) {
  for (const char* nothing : {"", "[1]", "12", "{"}) {
    EXPECT_FALSE(judge_bench("{}", nothing, 10).measured) << nothing;
    EXPECT_FALSE(judge_bench(nothing, "{}", 10).measured) << nothing;
  }
}

const Finding kBroken{.held = false, .text = "it fell", .code = "coverage_dropped", .hint = "raise it", .details = R"({"a":1})"};

std::vector<std::string> outcomes(const Verdicts& verdicts) {
  std::vector<std::string> all;
  for (const auto& one : verdicts.outcomes()) all.push_back(one.gate + " " + one.outcome);
  return all;
}

TEST(Modes, ARequiredGateFailsTheStepWithAllOutcomes) {
  const project::RepoFile file;
  Verdicts verdicts(file);
  verdicts.add("syntax", {.text = "fine"});
  EXPECT_FALSE(verdicts.failure());
  verdicts.add("coverage", kBroken);
  verdicts.add("lint", {.measured = false, .held = false, .text = "no linter"});
  const auto failure = verdicts.failure();
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->category, Category::code_logic);
  EXPECT_EQ(failure->code, "coverage_dropped");
  EXPECT_EQ(failure->message, "it fell");
  EXPECT_THAT(failure->details, HasSubstr(R"("a":1,"gates":[{"gate":"syntax","outcome":"passed","text":"fine"})"));
  EXPECT_THAT(outcomes(verdicts), ElementsAre("syntax passed", "coverage failed", "lint not_measured"));
}

TEST(Modes, AGateThatWarnsStopsNothing) {
  project::RepoFile file;
  file.gates["coverage"] = project::GateMode::warn;
  file.gates["lint"] = project::GateMode::off;
  Verdicts verdicts(file);
  verdicts.add("coverage", kBroken);
  verdicts.add_off("lint");
  EXPECT_FALSE(verdicts.failure());
  EXPECT_TRUE(verdicts.is_off("lint"));
  EXPECT_THAT(outcomes(verdicts), ElementsAre("coverage warned", "lint off"));
}

TEST(Modes, OnlyTheFormatterIsWarnedAboutWhereNothingIsSaid) {
  const project::RepoFile file;
  const Verdicts verdicts(file);
  EXPECT_EQ(verdicts.mode("format"), project::GateMode::warn);
  for (const char* gate : {"tests", "coverage", "lint", "syntax", "bench"})
    EXPECT_EQ(verdicts.mode(gate), project::GateMode::required) << gate;
}

TEST(Modes, TheFirstGateThatFailsIsTheReason) {
  const project::RepoFile file;
  Verdicts verdicts(file);
  verdicts.add("syntax", {.held = false, .text = "broken", .code = "syntax_broken"});
  verdicts.add("coverage", kBroken);
  EXPECT_EQ(verdicts.failure()->code, "syntax_broken");
}

}  // namespace
}  // namespace argosy::testing
