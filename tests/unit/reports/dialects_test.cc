// Each dialect, as its tool really wrote it, gives the counts and names that the tool itself shows.
#include <gmock/gmock.h>

#include "tests/unit/reports/samples.h"

namespace argosy::reports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Dialect {
  const char* file;
  const char* format;
  const char* counts;  // passed failed errors skipped
  std::vector<std::string> failing;
};

class Dialects : public testing::TestWithParam<Dialect> {};

TEST_P(Dialects, GiveTheirToolsCountsAndFailingNames) {
  const auto report = parse_any(sample(GetParam().file));
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(report->format, GetParam().format);
  EXPECT_EQ(numbers(*report), GetParam().counts);
  EXPECT_EQ(report->failing(), GetParam().failing);
  EXPECT_FALSE(report->truncated);
}

const std::vector<std::string> kPytestConsole{"tests/test_calc.py::test_small[2]", "tests/test_calc.py::test_needs",
                                              "tests/test_calc.py::test_breaks_after"};
const std::vector<std::string> kUnittest{"test_calc.Calc::test_parts", "test_calc.Calc::test_raises", "test_calc.Calc::test_wrong"};
const std::vector<std::string> kGo{"example.com/calc::TestGroup/bad", "example.com/calc::TestParent", "example.com/calc/broken::(package)",
                                   "example.com/calc/panics::TestPanics"};

INSTANTIATE_TEST_SUITE_P(
    AllTools, Dialects,
    testing::Values(
        Dialect{"pytest.xml",
                "junit",
                "3 1 3 2",
                {"pytest::tests.test_broken", "tests.test_calc::test_small[2]", "tests.test_calc::test_needs",
                 "tests.test_calc::test_breaks_after"}},
        Dialect{"surefire-CalcTest-Inner.xml", "junit", "4 1 1 1", {"com.example.CalcTest::raises", "com.example.CalcTest::wrong"}},
        Dialect{"surefire-BrokenTest.xml", "junit", "0 0 1 0", {"com.example.BrokenTest::(class)"}},
        Dialect{"jest.xml", "junit", "2 1 0 1", {"group::group bad"}},
        Dialect{"vitest.xml", "junit", "1 1 0 1", {"calc.test.mjs::group > bad"}},
        Dialect{"mocha.xml", "junit", "1 2 0 1", {"group::bad", "group inner::worse"}},
        // node's JUnit loses what failed in a test that has subtests; its TAP does not.
        Dialect{"node.xml", "junit", "4 1 0 2", {"group::bad # with hash"}}, Dialect{"gtest.xml", "junit", "1 0 0 1", {}},
        Dialect{"node.tap", "tap", "4 2 0 2", {"group::bad # with hash", "parent"}},
        Dialect{"node20.tap", "tap", "6 4 0 3", {"bad # hash", "parent::c2", "grp > deep::d2"}},
        Dialect{"vitest.tap", "tap", "2 2 0 2", {"vit/a.test.mjs > grp::bad", "vit/broken.test.mjs"}},
        Dialect{"node-tap.tap", "tap", "3 1 0 2", {"grp::two"}}, Dialect{"tape.tap", "tap", "2 1 0 0", {"two"}},
        Dialect{"ava.tap", "tap", "2 1 0 2", {"bad"}},
        Dialect{"mocha-xunit.xml", "junit", "2 3 0 2", {"grp::bad", "grp inner::worse", "hook::\"before all\" hook for \"never\""}},
        Dialect{"pytest9.xml",
                "junit",
                "9 7 4 4",
                {"pytest::tests.test_imp", "tests.test_calc::test_bad", "tests.test_calc::test_xpass_strict", "tests.test_calc::test_td",
                 "tests.test_calc::test_td_fail", "tests.test_calc::test_setup", "tests.test_calc.TestX.TestIn::test_deep",
                 "tests.test_calc.U::test_err", "tests.test_calc.U::test_sub", "tests.test_calc.U::test_us"}},
        Dialect{"mocha.tap", "tap", "1 2 0 1", {"group bad", "group inner worse"}},
        Dialect{"go.json", "go-test-json", "5 4 1 1", {kGo[0], kGo[1], kGo[2], kGo[3]}},
        Dialect{"jest.json", "jest-json", "1 1 1 2", {"group::bad", "/srv/calc/jest/broken.test.js::(file)"}},
        Dialect{"pytest-q.txt", "console-pytest", "4 1 2 2", kPytestConsole},
        Dialect{
            "pytest.txt", "console-pytest", "4 1 3 2", {kPytestConsole[0], kPytestConsole[1], kPytestConsole[2], "tests/test_broken.py"}},
        Dialect{"unittest.txt", "console-unittest", "3 2 1 2", kUnittest},
        Dialect{"unittest-quiet.txt", "console-unittest", "3 2 1 2", kUnittest},
        Dialect{
            "unittest-around.txt", "console-unittest", "1 3 2 2", {"ut.A::test_e", "ut.A::test_f", "ut.A::test_sub", "ut.B::setUpClass"}},
        Dialect{"unittest-around-v.txt",
                "console-unittest",
                "1 3 2 2",
                {"ut.A::test_e", "ut.A::test_f", "ut.A::test_sub", "ut.A::test_us", "ut.B::setUpClass"}},
        Dialect{"node.txt", "console-node", "4 2 0 2", {"bad # with hash", "parent"}},
        Dialect{"jest.txt", "console-jest", "1 1 1 2", {"group › bad", "jest/broken.test.js"}},
        Dialect{"vitest.txt", "console-vitest", "1 1 0 1", {"calc.test.mjs > group > bad"}},
        Dialect{"mocha.txt", "console-mocha", "1 2 0 1", {"group bad", "group inner worse"}},
        Dialect{"go-v.txt", "console-go", "5 4 1 1", {kGo[0], kGo[1], kGo[2], kGo[3]}},
        Dialect{"go.txt", "console-go", "1 4 1 0", {kGo[0], kGo[1], kGo[2], kGo[3]}},
        Dialect{"cargo.txt", "console-cargo", "4 1 0 1", {"unittests src/lib.rs::tests::bad"}},
        Dialect{"ctest.txt", "console-ctest", "1 5 0 2", {"fails", "slow", "missing", "crash", "g"}},
        Dialect{"ctest.xml", "junit", "1 4 0 3", {"fails::fails", "slow::slow", "crash::crash", "g::g"}},
        Dialect{"gtest-failed.xml", "junit", "3 1 0 2", {"A::Bad"}},
        Dialect{"surefire-rerun.xml", "junit", "1 1 1 0", {"com.example.CalcTest::raises", "com.example.CalcTest::bad"}},
        Dialect{"maven.txt",
                "console-maven",
                "4 1 2 1",
                {"com.example.CalcTest::raises", "com.example.CalcTest::wrong", "com.example::BrokenTest"}}),
    [](const auto& info) {
      std::string name = info.param.file;
      for (char& c : name)
        if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
      return name;
    });

TEST(Places, OfFailuresAreRead) {
  const auto place = [](const char* file, const char* name) {
    const auto report = parse_any(sample(file));
    const auto* one = report ? find(*report, name) : nullptr;
    return one ? one->file + ":" + std::to_string(one->line) : "no such case";
  };
  EXPECT_EQ(place("pytest9.xml", "test_bad"), "tests/test_calc.py:7");
  EXPECT_EQ(place("pytest9.xml", "tests.test_imp"), "tests/test_imp.py:1");
  EXPECT_EQ(place("surefire-CalcTest-Inner.xml", "wrong"), "CalcTest.java:9");
  EXPECT_EQ(place("go.json", "TestGroup/bad"), "calc_test.go:8");
  EXPECT_EQ(place("go.json", "TestGroup"), ":0") << "it failed by its subtest";
  EXPECT_EQ(place("node20.tap", "d2"), "/srv/calc/node/a.test.js:9");
  EXPECT_EQ(place("vitest.tap", "bad"), "/srv/calc/vit/a.test.mjs:3");
  EXPECT_EQ(place("node-tap.tap", "two"), "tp/a.js:1");
  EXPECT_EQ(place("tape.tap", "two"), "/srv/calc/tp/tape.js:1");
  EXPECT_EQ(place("unittest-around.txt", "test_f"), "/srv/calc/ut.py:5");
  EXPECT_EQ(place("cargo.txt", "tests::bad"), "src/lib.rs:11");
  EXPECT_EQ(place("gtest-failed.xml", "Bad"), "/srv/calc/g.cc:3");
  EXPECT_EQ(place("mocha-xunit.xml", "bad"), "/srv/calc/mo/a.js:3");
}

TEST(Junit, KeepsWhatAPersonNeedsToSeeOfAFailure) {
  const auto report = parse_junit(sample("pytest.xml"));
  ASSERT_TRUE(report);
  const auto* failed = find(*report, "test_small[2]");
  ASSERT_NE(failed, nullptr);
  EXPECT_THAT(failed->message, HasSubstr("large ☃"));
  EXPECT_THAT(failed->message, HasSubstr("tests/test_calc.py:12: AssertionError"));
  EXPECT_EQ(find(*report, "test_adds")->message, "");
  EXPECT_EQ(find(*report, "test_skipped")->outcome, Outcome::skipped);
  EXPECT_DOUBLE_EQ(report->duration_s, 0.061);
}

TEST(Junit, ReadsNestedSuitesOldEncodingsRetriesAndThousands) {
  const auto report = parse_junit(
      "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><testsuites time=\"1,234.5\"><testsuite name=\"outer\" file=\"a.py\"><testsuite "
      "name=\"inner\">"
      "<testcase name=\"caf\xE9\" time=\"1.5e-1\"/><testcase name=\"flaky\"><flakyFailure message=\"once\"/></testcase>"
      "<testcase name=\"retried\"><rerunFailure message=\"again\"/><failure message=\"first\"/><error message=\"tear-down\"/></testcase>"
      "</testsuite><error message=\"cannot set up\"/></testsuite></testsuites>");
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(numbers(*report), "2 0 2 0");
  EXPECT_DOUBLE_EQ(report->duration_s, 1234.5);
  ASSERT_NE(find(*report, "café"), nullptr);
  EXPECT_EQ(find(*report, "café")->suite, "inner");
  EXPECT_EQ(find(*report, "café")->file, "a.py");
  EXPECT_DOUBLE_EQ(find(*report, "café")->duration_s, 0.15);
  EXPECT_EQ(find(*report, "retried")->message, "first");
  EXPECT_THAT(report->failing(), ElementsAre("inner::retried", "outer::(suite)"));
}

TEST(Junit, ReadsUtf16) {
  std::string utf16 = "\xFF\xFE";
  for (const char c : std::string("<testsuite name='s'><testcase name='a'/></testsuite>")) utf16 += {c, '\0'};
  const auto report = parse_any(utf16);
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(numbers(*report), "1 0 0 0");
}

TEST(Tap, ReadsSubtestsDirectivesDiagnosticsAndPlansAtTheEnd) {
  const auto report = parse_tap(R"(TAP version 14
# Subtest: first.tap
    ok 1 - good
    not ok 2 - bad \# one
      ---
      error: 'no'
      duration_ms: 250
      ...
        ok 1 - deep
        1..1
    ok 3 - group
    1..3
not ok 1 - first.tap
not ok 2 - known # TODO later
ok 3 - left out # Skip no display
not ok
ok - unnumbered
1..5
)");
  ASSERT_TRUE(report);
  EXPECT_EQ(numbers(*report), "3 2 0 2");
  EXPECT_THAT(report->failing(), ElementsAre("first.tap::bad # one", "test 4"));
  EXPECT_EQ(find(*report, "deep")->suite, "first.tap > group");
  EXPECT_THAT(find(*report, "bad # one")->message, HasSubstr("error: 'no'"));
  EXPECT_DOUBLE_EQ(find(*report, "bad # one")->duration_s, 0.25);
  EXPECT_EQ(find(*report, "left out")->message, "no display");
  EXPECT_FALSE(report->truncated);
}

TEST(Tap, ASubtestThatFailedByItselfIsACase) {
  const auto report = parse_tap("TAP version 13\n    ok 1 - child\n    1..1\nnot ok 1 - parent\n1..1\n");
  ASSERT_TRUE(report);
  EXPECT_EQ(numbers(*report), "1 1 0 0");
}

TEST(Tap, TellsABrokenPlanAndABailOut) {
  EXPECT_TRUE(parse_tap("1..3\nok 1\nok 2\n")->truncated);
  EXPECT_TRUE(parse_tap("TAP version 13\n1..2\nok 1\n    ok 1 - of a subtest without its end\n")->truncated);
  const auto report = parse_tap("1..3\nok 1\nBail out! The database is gone\n");
  ASSERT_TRUE(report);
  EXPECT_EQ(numbers(*report), "1 0 1 0");
  EXPECT_THAT(report->cases.back().message, HasSubstr("database is gone"));
  EXPECT_EQ(numbers(*parse_tap("1..0 # SKIP nothing to do\n")), "0 0 0 0");
}

TEST(GoTestJson, NamesWhatDidNotBuildAndWhatDidNotEnd) {
  const auto report = parse_go_test_json(sample("go.json"));
  ASSERT_TRUE(report);
  EXPECT_THAT(find(*report, "(package)")->message, HasSubstr("undefined: undefined"));
  EXPECT_THAT(find(*report, "TestPanics")->message, HasSubstr("nil pointer dereference"));
  const auto cut = parse_go_test_json(
      "{\"Action\":\"start\",\"Package\":\"p\"}\n{\"Action\":\"run\",\"Package\":\"p\",\"Test\":\"TestSlow\"}\n"
      "{\"Action\":\"run\",\"Package\":\"p\",\"Test\":\"TestSlow/deep\"}\n{\"Action\":\"outp");
  ASSERT_TRUE(cut);
  EXPECT_TRUE(cut->truncated);
  EXPECT_THAT(cut->failing(), ElementsAre("p::TestSlow/deep"));
}

TEST(Console, WhatPassedBeforeATimeOutIsCounted) {
  const auto pytest = parse_any(
      "===== test session starts =====\ntests/a.py::test_one PASSED [ 33%]\ntests/a.py::test_two[x y] FAILED [ "
      "66%]\ntests/a.py::test_three ");
  ASSERT_TRUE(pytest);
  EXPECT_TRUE(pytest->truncated);
  EXPECT_EQ(numbers(*pytest), "1 1 0 0");
  const auto unittest = parse_any("test_a (m.C.test_a) ... ok\ntest_b (m.C) ... ERROR\ntest_c (m.C.test_c) ... ");
  ASSERT_TRUE(unittest);
  EXPECT_TRUE(unittest->truncated);
  EXPECT_THAT(unittest->failing(), ElementsAre("m.C::test_b"));
}

TEST(Console, GradleIsRead) {
  const auto report = parse_any(
      "> Task :test FAILED\n\nCalcTest > wrong() FAILED\n    org.opentest4j.AssertionFailedError at CalcTest.java:8\n\n5 tests completed, "
      "1 failed, 1 skipped\n");
  ASSERT_TRUE(report);
  EXPECT_EQ(report->format, "console-gradle");
  EXPECT_EQ(numbers(*report), "3 1 0 1");
  EXPECT_THAT(report->failing(), ElementsAre("CalcTest::wrong()"));
}

TEST(Any, WhatStandsAroundAReportIsPassedOver) {
  EXPECT_EQ(parse_any("npm warn something\n" + sample("vitest.xml"))->format, "junit");
  EXPECT_EQ(parse_any("go: downloading example.com/x v1.0.0\n" + sample("go.json"))->format, "go-test-json");
  EXPECT_EQ(parse_any("> calc@1.0.0 test\n> node --test\n\n" + sample("node.tap"))->format, "tap");
}

TEST(Merge, AddsCasesCountsAndTheCut) {
  auto all = *parse_junit(sample("surefire-CalcTest-Inner.xml"));
  auto cut = *parse_tap("1..2\nok 1\n");
  merge(all, cut);
  merge(all, *parse_any(sample("go.txt")));
  EXPECT_EQ(numbers(all), "6 5 2 1");
  EXPECT_TRUE(all.truncated);
}

}  // namespace
}  // namespace argosy::reports
