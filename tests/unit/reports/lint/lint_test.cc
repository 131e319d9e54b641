// Findings of each linter, as it really wrote them, and which of them are new.
#include "common/reports/lint/lint.h"

#include <gmock/gmock.h>

#include "common/core/json.h"
#include "common/core/text.h"
#include "common/reports/lint/lint_json.h"
#include "tests/unit/reports/samples.h"

namespace argosy::reports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// "tool rule severity file:line:column message"
std::string shown(const Finding& one) {
  return one.tool + " " + one.rule + " " + std::string(to_string(one.severity)) + " " + one.file + ":" + std::to_string(one.line) + ":" +
         std::to_string(one.column) + " " + one.message;
}

struct Dialect {
  const char* file;
  const char* format;
  std::size_t count;
  const char* contains;
};

class LintDialects : public testing::TestWithParam<Dialect> {};

TEST_P(LintDialects, GiveEveryFindingWithItsPlace) {
  auto report = parse_lint(sample(std::string("lint/") + GetParam().file));
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(report->format, GetParam().format);
  EXPECT_EQ(report->findings.size(), GetParam().count);
  EXPECT_FALSE(report->truncated);
  place_findings(*report, "/srv/calc/");
  std::vector<std::string> all;
  for (const auto& one : report->findings) all.push_back(shown(one));
  EXPECT_THAT(all, testing::Contains(GetParam().contains));
}

INSTANTIATE_TEST_SUITE_P(
    AllTools, LintDialects,
    testing::Values(Dialect{"ruff.json", "ruff-json", 8, "ruff F841 error a.py:5:5 Local variable `y` is assigned to but never used"},
                    Dialect{"ruff.sarif", "sarif", 6, "ruff F841 error a.py:5:5 Local variable `y` is assigned to but never used"},
                    Dialect{"ruff.txt", "text", 6, "ruff F841 error a.py:5:5 Local variable `y` is assigned to but never used"},
                    Dialect{"flake8.txt", "text", 13, "flake8 E711 warning a.py:6:10 comparison to None should be 'if cond is None:'"},
                    Dialect{"flake8.json", "flake8-json", 13, "flake8 E999 error bad.py:1:13 SyntaxError: invalid syntax"},
                    Dialect{"pylint.json", "pylint-json", 12,
                            "pylint undefined-variable error a.py:7:16 Undefined variable 'undefined_name'"},
                    Dialect{"pylint-json2.json", "pylint-json", 12, "pylint unused-variable warning a.py:5:5 Unused variable 'y'"},
                    Dialect{"pylint.txt", "text", 12, "pylint missing-module-docstring info a.py:1:1 Missing module docstring"},
                    Dialect{"eslint.json", "eslint-json", 4, "eslint eqeqeq error a.js:2:7 Expected '===' and instead saw '=='."},
                    Dialect{"eslint-unix.txt", "text", 4, "eslint eqeqeq error a.js:2:7 Expected '===' and instead saw '=='."},
                    Dialect{"eslint-checkstyle.xml", "checkstyle", 4, "eslint eqeqeq error a.js:2:7 Expected '===' and instead saw '=='."},
                    Dialect{"golangci.json", "golangci-json", 1,
                            "golangci-lint errcheck warning pkg/a.go:12:9 Error return value of `f.Close` is not checked"},
                    Dialect{"vet.txt", "text", 2, "go vet  warning v.go:8:2 self-assignment of x"},
                    Dialect{"vet-err.txt", "text", 1, "go vet  error e.go:2:19 too many return values"},
                    Dialect{"vet.json", "go-vet-json", 2, "go vet assign warning gov/v.go:8:2 self-assignment of x"},
                    Dialect{"checkstyle.xml", "checkstyle", 3,
                            "checkstyle MagicNumberCheck warning src/main/java/com/example/Calc.java:8:0 '-1' is a magic number."},
                    Dialect{"gcc.txt", "text", 3, "compiler -Wunused-variable warning c.c:2:16 unused variable ‘x’"},
                    Dialect{"clang.txt", "text", 2, "compiler  error c.c:2:47 use of undeclared identifier 'y'"}),
    [](const auto& info) {
      std::string name = info.param.file;
      for (char& c : name)
        if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
      return name;
    });

TEST(Sarif, KnowsRulesBasesArgumentsAndWhatDoesNotCount) {
  const auto report = parse_sarif(R"({"version": "2.1.0", "runs": [{
    "tool": {"driver": {"name": "Tool", "rules": [
      {"id": "R1", "defaultConfiguration": {"level": "error"}, "messageStrings": {"default": {"text": "{0} is bad"}}}]}},
    "originalUriBaseIds": {"SRC": {"uri": "file:///srv/calc/"}},
    "artifacts": [{"location": {"uri": "b%20c.py", "uriBaseId": "SRC"}}],
    "results": [
      {"ruleIndex": 0, "message": {"id": "default", "arguments": ["x"]},
       "locations": [{"physicalLocation": {"artifactLocation": {"index": 0}, "region": {"startLine": 3}}}]},
      {"ruleId": "R2", "level": "note", "message": {"text": "whole"}},
      {"ruleId": "R1", "message": {"text": "fine"}, "kind": "pass"},
      {"ruleId": "R1", "message": {"text": "gone"}, "baselineState": "absent"},
      {"ruleId": "R1", "message": {"text": "allowed"}, "suppressions": [{"kind": "inSource"}]}]}]})");
  ASSERT_TRUE(report) << to_string(report.error());
  ASSERT_THAT(report->findings, SizeIs(2));
  EXPECT_EQ(shown(report->findings[0]), "Tool R1 error /srv/calc/b c.py:3:0 x is bad");
  EXPECT_EQ(shown(report->findings[1]), "Tool R2 info :0:0 whole");
}

TEST(GoVetJson, OfSeveralPackagesIsRead) {
  const auto one = sample("lint/vet.json");
  const auto report = parse_lint("# example.com/v\n" + one + "# example.com/w\n" + one);
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_THAT(report->findings, SizeIs(4));
}

TEST(NothingFound, IsAReportToo) {
  for (const char* text :
       {"", "\n", "[]", "{}", "All checks passed!\n", "{\"Issues\":null}", "{\"runs\":[]}", "<checkstyle version=\"1\"/>"}) {
    const auto report = parse_lint(text);
    ASSERT_TRUE(report) << text;
    EXPECT_THAT(report->findings, IsEmpty()) << text;
  }
}

LintReport report_of(std::initializer_list<std::pair<std::string, std::int64_t>> findings, const std::string& file = "a.py") {
  LintReport report;
  for (const auto& [message, line] : findings) report.add({"t", "R", Severity::warning, file, line, 1, message});
  return report;
}

std::vector<std::int64_t> lines_of(const std::vector<Finding>& findings) {
  std::vector<std::int64_t> lines;
  for (const auto& one : findings) lines.push_back(one.line);
  return lines;
}

TEST(NewFindings, AreNotThoseThatMoved) {
  const auto base = report_of({{"x of line 4", 4}, {"y", 9}});
  const auto changed = report_of({{"x of line 7", 7}, {"y", 12}});
  EXPECT_THAT(new_findings(base, changed, {}), IsEmpty());
  EXPECT_THAT(new_findings(base, base, {}), IsEmpty());
}

TEST(NewFindings, AreTheSecondOfItsKind) {
  const auto base = report_of({{"x", 4}});
  const auto changed = report_of({{"x", 2}, {"x", 7}});
  // Three lines were put in behind line 1: the old finding is the one in line 7.
  EXPECT_THAT(lines_of(new_findings(base, changed, {{"a.py", {"a.py", {{1, 0, 2, 3}}}}})), ElementsAre(2));
  EXPECT_THAT(new_findings(base, changed, {}), SizeIs(1)) << "without a map the number alone tells";
}

TEST(NewFindings, AreThoseOfOtherFilesRulesAndWords) {
  const auto base = report_of({{"x", 4}});
  EXPECT_THAT(new_findings(base, report_of({{"x", 4}}, "b.py"), {}), SizeIs(1));
  EXPECT_THAT(new_findings(base, report_of({{"z", 4}}), {}), SizeIs(1));
  auto other = report_of({{"x", 4}});
  other.findings[0].rule = "S";
  EXPECT_THAT(new_findings(base, other, {}), SizeIs(1));
}

TEST(NewFindings, FollowARename) {
  const auto base = report_of({{"x", 4}}, "old.py");
  EXPECT_THAT(new_findings(base, report_of({{"x", 4}}, "new.py"), {{"new.py", {"old.py", {}}}}), IsEmpty());
}

TEST(NewFindings, OfLinesThatWereReplacedAreStillTheOldOnes) {
  const auto base = report_of({{"x", 4}, {"x", 8}});
  const auto changed = report_of({{"x", 4}, {"x", 8}});
  EXPECT_THAT(new_findings(base, changed, {{"a.py", {"", {{4, 1, 4, 1}}}}}), IsEmpty());
}

TEST(LintJson, IsWhatTheHelpSays) {
  std::string text;
  write_json(*parse_lint(sample("lint/checkstyle.xml")), [&](std::string_view piece) { text += piece; });
  const auto value = json::parse(text);
  ASSERT_TRUE(value) << text;
  EXPECT_EQ(value->int_or("total", 0), 3);
  EXPECT_EQ(value->int_or("infos", 0), 1);
  EXPECT_EQ(value->array_or_empty("findings").at(0).int_or("line", 0), 3);
}

TEST(BadLint, IsAnsweredNotBelieved) {
  const auto refusal = [](std::string_view text) {
    const auto report = parse_lint(text);
    return report ? "was read" : report.error().code + ": " + report.error().message;
  };
  EXPECT_THAT(refusal("<!DOCTYPE c SYSTEM \"file:///etc/passwd\"><checkstyle/>"), HasSubstr("document type"));
  EXPECT_THAT(refusal("{\"a\":" + std::string(1'000'000, '[')), HasSubstr("lint_unreadable"));
  EXPECT_THAT(refusal(std::string(100'000, '{')), HasSubstr("lint_unreadable"));
  EXPECT_THAT(refusal("just some words\n"), HasSubstr("no finding was recognised"));
  EXPECT_THAT(refusal("[{\"what\": 1}]"), HasSubstr("not the JSON of a linter"));
  EXPECT_THAT(refusal(std::string(100'000, '\0')), HasSubstr("lint_unreadable"));
}

TEST(BadLint, IsBounded) {
  std::string many;
  for (std::size_t i = 0; i < kMaxFindings + 5; ++i) many += "a.c:1:1: warning: w\n";
  const auto report = parse_lint(many);
  EXPECT_THAT(report->findings, SizeIs(kMaxFindings));
  EXPECT_TRUE(report->truncated);
  const auto wide = parse_lint("a\xFF.c:1:1: error: " + std::string(1'000'000, 'x') + "\xC0\n");
  EXPECT_LE(wide->findings.at(0).message.size(), kMaxFindingText);
  EXPECT_TRUE(text::is_utf8(wide->findings.at(0).file));
  for (const char* name : {"ruff.json", "ruff.sarif", "checkstyle.xml", "pylint.txt", "vet.json"}) {
    const auto whole = sample(std::string("lint/") + name);
    for (std::size_t end = 0; end < whole.size(); end += 37) {
      const auto cut = parse_lint(whole.substr(0, end));
      if (cut) EXPECT_LE(cut->findings.size(), 12u) << name << " at " << end;
    }
  }
}

}  // namespace
}  // namespace argosy::reports
