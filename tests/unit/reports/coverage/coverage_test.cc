// Coverage of each tool, as it really wrote it, gives the lines that the tool itself counts.
#include "common/reports/coverage/coverage.h"

#include <gmock/gmock.h>

#include "common/core/json.h"
#include "common/core/text.h"
#include "common/reports/coverage/coverage_json.h"
#include "tests/unit/reports/samples.h"

namespace argosy::reports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

// "lines covered branches covered"
std::string shares(const Coverage& coverage) {
  const auto lines = coverage.lines(), branches = coverage.branches();
  return std::to_string(lines.total) + " " + std::to_string(lines.covered) + " " + std::to_string(branches.total) + " " +
         std::to_string(branches.covered);
}

std::vector<std::string> paths(const Coverage& coverage) {
  std::vector<std::string> all;
  for (const auto& [path, file] : coverage.files) all.push_back(path);
  return all;
}

struct Dialect {
  const char* file;
  const char* format;
  const char* shares;
};

class CoverageDialects : public testing::TestWithParam<Dialect> {};

TEST_P(CoverageDialects, GiveTheirToolsFigures) {
  const auto coverage = parse_coverage(sample(std::string("coverage/") + GetParam().file));
  ASSERT_TRUE(coverage) << to_string(coverage.error());
  EXPECT_EQ(coverage->format, GetParam().format);
  EXPECT_EQ(shares(*coverage), GetParam().shares);
  EXPECT_FALSE(coverage->truncated);
}

INSTANTIATE_TEST_SUITE_P(AllTools, CoverageDialects,
                         testing::Values(Dialect{"coverage-py.xml", "cobertura", "10 6 4 1"},
                                         Dialect{"coverage-py.json", "coverage-py-json", "10 6 4 1"},
                                         Dialect{"coverage-py.info", "lcov", "10 6 4 1"},
                                         Dialect{"istanbul-cobertura-coverage.xml", "cobertura", "5 3 4 1"},
                                         Dialect{"istanbul-clover.xml", "clover", "5 3 4 1"},
                                         Dialect{"istanbul-coverage-final.json", "istanbul-json", "5 3 4 1"},
                                         Dialect{"istanbul-coverage-summary.json", "istanbul-summary", "5 3 4 1"},
                                         Dialect{"istanbul-lcov.info", "lcov", "5 3 4 1"}, Dialect{"go.out", "go-cover", "12 5 0 0"},
                                         Dialect{"jacoco.xml", "jacoco", "6 2 4 1"}),
                         [](const auto& info) {
                           std::string name = info.param.file;
                           for (char& c : name)
                             if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
                           return name;
                         });

TEST(GoCover, BlocksToldTwiceAddUpExceptInModeSet) {
  const std::string blocks = "m/a.go:1.1,2.3 1 2\nm/a.go:1.1,2.3 1 3\nm/a.go:2.3,4.1 1 0\n";
  EXPECT_THAT(parse_go_cover("mode: count\n" + blocks)->files.at("m/a.go").hits,
              ElementsAre(Pair(1, 5), Pair(2, 5), Pair(3, 0), Pair(4, 0)));
  EXPECT_THAT(parse_go_cover("mode: set\n" + blocks)->files.at("m/a.go").hits, ElementsAre(Pair(1, 3), Pair(2, 3), Pair(3, 0), Pair(4, 0)));
}

TEST(Lcov, RecordsOfOneFileAddUp) {
  const auto coverage = parse_lcov("TN:a\nSF:x.c\nDA:1,2\nDA:2,0,sum\nend_of_record\nTN:b\nSF:x.c\nDA:1,1\nDA:2,4\nend_of_record\n");
  EXPECT_THAT(coverage->files.at("x.c").hits, ElementsAre(Pair(1, 3), Pair(2, 4)));
  EXPECT_TRUE(parse_lcov("SF:x.c\nDA:1,2\n")->truncated) << "its end is missing";
}

TEST(Places, AreThoseOfTheTree) {
  auto python = *parse_coverage(sample("coverage/coverage-py.xml"));
  place_files(python, {"/srv/calc", {"lib/pkg/__init__.py", "lib/pkg/calc.py"}, ""});
  EXPECT_THAT(paths(python), ElementsAre("lib/pkg/__init__.py", "lib/pkg/calc.py"));
  auto go = *parse_coverage(sample("coverage/go.out"));
  place_files(go, {"/srv/calc", {"calc.go", "sub/s.go"}, "example.com/calc"});
  EXPECT_THAT(paths(go), ElementsAre("calc.go", "sub/s.go"));
  auto java = *parse_coverage(sample("coverage/jacoco.xml"));
  place_files(java, {"/srv/calc", {"app/src/main/java/com/example/Calc.java", "app/src/main/java/com/other/Calc.java"}, ""});
  EXPECT_THAT(paths(java), ElementsAre("app/src/main/java/com/example/Calc.java"));
  auto elsewhere = *parse_lcov("SF:/home/ci/work/src/a.js\nDA:1,1\nend_of_record\nSF:src/../src/a.js\nDA:1,1\nend_of_record\n");
  place_files(elsewhere, {"/srv/calc", {"a.js", "src/a.js"}, ""});
  EXPECT_THAT(paths(elsewhere), ElementsAre("src/a.js")) << "two spellings, one file";
  EXPECT_EQ(elsewhere.files.at("src/a.js").hits.at(1), 2);
}

TEST(Places, SourcesLeadTheWayAndTwoFilesThatFitAreNone) {
  const std::string xml =
      "<coverage><sources><source>/w/one</source><source>/w/two</source></sources><class filename=\"a.py\"><lines><line number=\"1\" "
      "hits=\"1\"/></lines></class></coverage>";
  auto coverage = *parse_cobertura(xml);
  place_files(coverage, {"/w", {"one/b.py", "two/a.py"}, ""});
  EXPECT_THAT(paths(coverage), ElementsAre("two/a.py"));
  auto java =
      *parse_jacoco("<report><package name=\"p\"><sourcefile name=\"A.java\"><line nr=\"1\" ci=\"1\"/></sourcefile></package></report>");
  place_files(java, {"/w", {"m1/p/A.java", "m2/p/A.java"}, ""});
  EXPECT_THAT(paths(java), ElementsAre("p/A.java"));
}

TEST(ChangedLines, CountOnlyWhatCouldRun) {
  const auto coverage = *parse_lcov("SF:a.c\nDA:1,2\nDA:2,0\nDA:9,0\nend_of_record\n");
  const auto changed = of_changed_lines(coverage, {{"a.c", {1, 2, 3}}, {"README.md", {1}}});
  EXPECT_EQ(changed.lines.total, 2);
  EXPECT_EQ(changed.lines.covered, 1);
  EXPECT_THAT(changed.missed, ElementsAre(Pair("a.c", ElementsAre(2))));
  EXPECT_DOUBLE_EQ(of_changed_lines(coverage, {}).lines.rate(), 1);
}

TEST(CoverageMerge, AddsRunsOfTheSameTree) {
  auto all = *parse_lcov("SF:a.c\nDA:1,2\nDA:2,0\nend_of_record\n");
  merge(all, *parse_lcov("SF:a.c\nDA:1,1\nDA:3,1\nend_of_record\nSF:b.c\nDA:1,0\nend_of_record\n"));
  EXPECT_THAT(all.files.at("a.c").hits, ElementsAre(Pair(1, 3), Pair(2, 0), Pair(3, 1)));
  EXPECT_EQ(shares(all), "4 2 0 0");
}

TEST(CoverageJson, IsWhatTheHelpSays) {
  std::string text;
  write_json(*parse_lcov("SF:a \"b\".c\nDA:1,2\nDA:12,0\nend_of_record\n"), [&](std::string_view piece) { text += piece; });
  const auto value = json::parse(text);
  ASSERT_TRUE(value) << text;
  EXPECT_EQ(value->int_or("lines", 0), 2);
  EXPECT_EQ(value->find("line_rate")->as_double(), 0.5);
  const auto& file = value->array_or_empty("files").at(0);
  EXPECT_EQ(file.string_or("path", ""), "a \"b\".c");
  EXPECT_EQ(file.find("hits")->int_or("12", -1), 0);
}

TEST(BadCoverage, IsAnsweredNotBelieved) {
  const auto refusal = [](std::string_view text) {
    const auto coverage = parse_coverage(text);
    return coverage ? "was read" : coverage.error().code + ": " + coverage.error().message;
  };
  EXPECT_THAT(refusal("<!DOCTYPE coverage [<!ENTITY a \"aa\">]><coverage><class filename=\"&a;\"/></coverage>"),
              HasSubstr("document type"));
  EXPECT_EQ(refusal("<?xml version=\"1.0\"?><!DOCTYPE coverage SYSTEM \"file:///etc/passwd\"><coverage/>"), "was read") << "never fetched";
  EXPECT_THAT(refusal("<html/>"), HasSubstr("coverage_unreadable"));
  EXPECT_THAT(refusal("{\"a\": 1}"), HasSubstr("neither coverage.py's nor istanbul's"));
  EXPECT_THAT(refusal(std::string(1'000'000, '[')), HasSubstr("coverage_unreadable"));
  EXPECT_THAT(refusal("{\"a\":" + std::string(1'000'000, '[')), HasSubstr("coverage_unreadable"));
  EXPECT_THAT(refusal(std::string(1000, '\0')), HasSubstr("coverage_unreadable"));
  std::string deep = "<report>";
  for (int i = 0; i < 100'000; ++i) deep += "<group>";
  EXPECT_TRUE(parse_coverage(deep)->truncated);
}

TEST(BadCoverage, NumbersAndNamesOfAnySizeAreBounded) {
  const auto lcov =
      parse_lcov("SF:a\xFF\nDA:99999999999999999999,1\nDA:1,99999999999999999999\nDA:2,-5\nDA:3,1e3\nDA:-1,1\nDA:x\nend_of_record\n");
  ASSERT_TRUE(lcov);
  EXPECT_TRUE(text::is_utf8(lcov->files.begin()->first));
  EXPECT_THAT(lcov->files.begin()->second.hits, ElementsAre(Pair(1, testing::Gt(1'000'000)), Pair(2, 0), Pair(3, 1000)));
  EXPECT_TRUE(lcov->truncated);
  const auto go = parse_go_cover("mode: set\na.go:1.1,2000000000.1 1 1\na.go:5.1,4.1 1 1\nnonsense\n");
  EXPECT_TRUE(go->truncated);
  EXPECT_EQ(shares(*go), "0 0 0 0");
}

TEST(BadCoverage, SamplesCutAnywhereAreAnswered) {
  for (const char* name : {"coverage-py.xml", "istanbul-coverage-final.json", "istanbul-lcov.info", "go.out", "jacoco.xml"}) {
    const auto whole = sample(std::string("coverage/") + name);
    for (std::size_t end = 0; end < whole.size(); end += 17) {
      const auto coverage = parse_coverage(whole.substr(0, end));
      if (coverage) EXPECT_LE(coverage->lines().total, 12) << name << " at " << end;
    }
  }
}

}  // namespace
}  // namespace argosy::reports
