// The testing step from patch to verdict, with real tools in the real sandbox.
#include <unistd.h>

#include "tests/support/testing_fixture.h"

namespace argosy::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Handler : public TestingTest {};

constexpr const char* kCalc = "def add(a, b):\n    return a + b\n";
constexpr const char* kCalcTest =
    "import pytest\nfrom calc import add\n\ndef test_add():\n    assert add(1, 2) == 3\n\ndef test_zero():\n    assert add(0, 0) == 0\n";

TEST_F(Handler, TestsTheBaseWithItsPatchesAndTellsWhatItDid) {
  base({{"calc.py", kCalc}, {"test_calc.py", "import pytest\nfrom calc import add\n\ndef test_add():\n    assert add(1, 2) == 3\n"}});
  change({{"calc.py", "def plus(a, b):\n    return a + b\n"}});
  change({{"test_calc.py",
           "import pytest\nfrom calc import plus\n\ndef test_plus():\n    assert plus(1, 2) == 3\n\n@pytest.mark.skip\ndef test_later():\n "
           "   pass\n"}});
  const auto output = run();
  ASSERT_EQ(numbers(output), "pytest 1 0 1");
  EXPECT_EQ(output->report, context.names["test-report.json"]);
  EXPECT_EQ(report().array_or_empty("cases").size(), 2u);
  EXPECT_EQ(report().array_or_empty("cases").at(0).string_or("name", ""), "test_plus");
  EXPECT_THAT(context.logged, HasSubstr("test_calc.py::test_plus PASSED"));
  ASSERT_EQ(context.events.size(), 3u);
  EXPECT_THAT(context.events[0].data, HasSubstr("import pytest"));
  EXPECT_EQ(context.events[1].type, "command_executed");
  EXPECT_THAT(context.events[2].data, HasSubstr("1 passed, 0 failed, 1 skipped"));
}

TEST_F(Handler, ATestThatTheChangeBreaksIsCategoryCWithItsName) {
  base({{"calc.py", kCalc}, {"test_calc.py", kCalcTest}});
  change({{"calc.py", "def add(a, b):\n    return a - b\n"}});
  const auto output = run();
  EXPECT_ERROR(output, 'C', "tests_failed");
  EXPECT_THAT(output.error().message, HasSubstr("1 test fails that did not fail before: test_calc::test_add"));
  EXPECT_THAT(output.error().details, HasSubstr("\"failing\":[\"test_calc::test_add\"]"));
  EXPECT_THAT(report().array_or_empty("cases").at(0).string_or("message", ""), HasSubstr("assert -1 == 3"))
      << "the report of a red run is kept too";
}

TEST_F(Handler, AFailureThatWasThereBeforeDoesNotCount) {
  base({{"calc.py", kCalc}, {"test_calc.py", kCalcTest}, {"test_old.py", "def test_old():\n    assert False\n"}});
  change({{"calc.py", "def add(a, b):\n    return b + a\n"}});
  const auto output = run();
  ASSERT_EQ(numbers(output), "pytest 2 1 0");
  EXPECT_THAT(output->failed_before, ElementsAre("test_old::test_old"));
  EXPECT_TRUE(output->failing.empty());
  EXPECT_THAT(context.logged, HasSubstr("running the base commit too"));
}

TEST_F(Handler, ANewFailureBesideAnOldOneIsToldApart) {
  base({{"calc.py", kCalc}, {"test_calc.py", kCalcTest}, {"test_old.py", "def test_old():\n    assert False\n"}});
  change({{"calc.py", "def add(a, b):\n    return a - b\n"}});
  const auto output = run();
  EXPECT_ERROR(output, 'C', "tests_failed");
  EXPECT_THAT(output.error().details, HasSubstr("\"failing\":[\"test_calc::test_add\"],\"failed_before\":[\"test_old::test_old\"]"));
}

TEST_F(Handler, RunsUnittest) {
  base({{"pkg/__init__.py", ""},
        {"pkg/calc.py", kCalc},
        {"tests/__init__.py", ""},
        {"tests/test_calc.py",
         "import unittest\nfrom pkg.calc import add\nclass T(unittest.TestCase):\n    def test_add(self):\n        self.assertEqual(add(1, "
         "2), 3)\n    @unittest.skip('x')\n    def test_b(self): pass\n"}});
  EXPECT_EQ(numbers(run()), "unittest 1 0 1");
}

TEST_F(Handler, RunsNodesOwnRunner) {
  if (::access("/usr/bin/node", X_OK) != 0) GTEST_SKIP() << "Node.js is not installed (make deps)";
  base({{"package.json", R"({"name":"calc","scripts":{"test":"node --test"}})"},
        {"calc.js", "exports.add = (a, b) => a + b;\n"},
        {"test/calc.test.js",
         "const test = require('node:test'); const assert = require('node:assert'); const { add } = require('../calc');\n"
         "test('adds', () => assert.strictEqual(add(1, 2), 3));\ntest('later', { skip: true }, () => {});\n"}});
  change({{"calc.js", "exports.add = (a, b) => b + a;\n"}});
  EXPECT_EQ(numbers(run()), "node 1 0 1");
  EXPECT_EQ(report().string_or("format", ""), "tap");
}

TEST_F(Handler, RunsGo) {
  if (::access("/usr/bin/go", X_OK) != 0 && ::access("/usr/local/go/bin/go", X_OK) != 0) GTEST_SKIP() << "Go is not installed (make deps)";
  base({{"go.mod", "module example.com/calc\n\ngo 1.19\n"},
        {"calc.go", "package calc\n\nfunc Add(a, b int) int { return a + b }\n"},
        {"calc_test.go",
         "package calc\n\nimport \"testing\"\n\nfunc TestAdd(t *testing.T) {\n\tif Add(1, 2) != 3 "
         "{\n\t\tt.Fatal(\"wrong\")\n\t}\n}\n\nfunc TestGroup(t *testing.T) {\n\tt.Run(\"one\", func(t *testing.T) {})\n}\n"}});
  EXPECT_EQ(numbers(run()), "go 3 0 0");
  EXPECT_THAT(context.logged, HasSubstr("--- PASS: TestAdd"));
  EXPECT_THAT(context.logged, Not(HasSubstr("\"Action\""))) << "people read the text, not the events";
}

TEST_F(Handler, ATestCommandOfTheSettingsWinsAndItsExitCodeDecides) {
  base({{"check.sh", "echo all is well\n"}, {"test_calc.py", "def test_never(): assert False\n"}});
  step.task.test_command = "sh check.sh";
  EXPECT_EQ(numbers(run()), "test_command 0 0 0");
  change({{"check.sh", "echo broken; exit 3\n"}});
  const auto output = run();
  EXPECT_ERROR(output, 'C', "tests_failed");
  EXPECT_THAT(output.error().message, HasSubstr("exit code 3"));
  EXPECT_THAT(output.error().details, HasSubstr("broken"));
}

TEST_F(Handler, OutputThatIsNoTextIsMadePresentable) {
  base({{"check.sh", "printf 'ab\\0\\377\\033[31mred\\n'; exit 1\n"}});
  step.task.test_command = "sh check.sh";
  const auto output = run();
  ASSERT_FALSE(output);
  EXPECT_THAT(output.error().details, HasSubstr("ab\uFFFD\uFFFDred"));
  for (const auto& event : context.events) EXPECT_THAT(event.data, Not(HasSubstr("\\u0000")));
}

TEST_F(Handler, PytestWithinATestCommandIsCounted) {
  base({{"calc.py", kCalc}, {"test_calc.py", kCalcTest}});
  step.task.test_command = "echo first && python3 -m pytest -q";
  EXPECT_EQ(numbers(run()), "test_command 2 0 0");
}

TEST_F(Handler, TestsThatCannotRunAtAllAreTheUsersMatter) {
  base({{"calc.py", kCalc}, {"test_calc.py", "import no_such_library\n\ndef test_a():\n    pass\n"}, {"conftest.py", ""}});
  change({{"calc.py", "def add(a, b):\n    return b + a\n"}});
  const auto output = run();
  EXPECT_ERROR(output, 'B', "tests_do_not_run");
  EXPECT_THAT(output.error().message, HasSubstr("No module named 'no_such_library'"));
  EXPECT_THAT(output.error().hint, HasSubstr("ARGOSY_TEST_PATHS"));
}

TEST_F(Handler, ARepositoryWithoutTestsIsNotCalledTested) {
  base({{"README", "nothing to run\n"}});
  EXPECT_ERROR(run(), 'B', "no_tests_found");
  base({{"conftest.py", ""}, {"test_nothing.py", "x = 1\n"}});
  EXPECT_ERROR(run(), 'B', "no_tests_found");
}

TEST_F(Handler, AMissingToolIsNamedWithTheWayToGetIt) {
  if (::access("/usr/bin/node", X_OK) != 0) GTEST_SKIP() << "Node.js is not installed (make deps)";
  base({{"package.json", R"({"name":"calc","scripts":{"test":"vitest run"},"devDependencies":{"vitest":"1"}})"}});
  const auto output = run();
  EXPECT_ERROR(output, 'B', "tool_missing");
  EXPECT_THAT(output.error().message, HasSubstr("vitest"));
  EXPECT_THAT(output.error().hint, HasSubstr("node_modules"));
}

TEST_F(Handler, ToolsOfTheTestPathsAreFound) {
  if (::access("/usr/bin/node", X_OK) != 0) GTEST_SKIP() << "Node.js is not installed (make deps)";
  const TempDir cache("argosy-modules");
  const auto modules = cache.path() / "node_modules";
  std::filesystem::create_directories(modules / ".bin");
  std::filesystem::create_directories(modules / "left");
  ASSERT_TRUE(write_file_atomic(modules / "left/index.js", "module.exports = 6 * 7;\n"));
  ASSERT_TRUE(write_file_atomic(modules / ".bin/vitest",
                                "#!/bin/sh\nnode -e 'console.log(\" Tests  \" + (require(\"left\") === 42 ? 3 : 0) + \" passed (3)\")'\n",
                                0755));
  options.test_paths = {modules.string()};
  base({{"package.json", R"({"name":"calc","scripts":{"test":"vitest run"}})"}});
  EXPECT_EQ(numbers(run()), "vitest 3 0 0");
}

TEST_F(Handler, ATimeOutTellsWhatPassedUntilThen) {
  options.limits.wall = std::chrono::seconds(5);
  base({{"conftest.py", ""}, {"test_slow.py", "import time\ndef test_first():\n    pass\ndef test_second():\n    time.sleep(1000)\n"}});
  const auto output = run();
  EXPECT_ERROR(output, 'C', "tests_timed_out");
  EXPECT_THAT(output.error().message, HasSubstr("until then 1 passed"));
}

TEST_F(Handler, ARunThatEatsTheMemoryIsStoppedAndSaysSo) {
  options.limits.memory_bytes = 150 << 20;
  base({{"conftest.py", ""},
        {"test_hog.py",
         "import time\ndef test_hog():\n    held = []\n    while True:\n        held.append(bytearray(b'x' * (10 << 20)))\n        "
         "time.sleep(0.01)\n"}});
  EXPECT_ERROR(run(), 'C', "tests_out_of_memory");
}

TEST_F(Handler, ACancelledStepStopsInTheMiddle) {
  base({{"conftest.py", ""}, {"test_slow.py", "import time\ndef test_first():\n    pass\ndef test_second():\n    time.sleep(1000)\n"}});
  context.cancel_on = "test_first PASSED";
  step.task.max_fix_rounds.reset();  // what was killed is nothing to mend
  EXPECT_ERROR(run(), 'A', "cancelled");
  EXPECT_THAT(context.logged, Not(HasSubstr("running the base commit")));
}

TEST_F(Handler, ReportsThatPointElsewhereAreNotFollowed) {
  base(
      {{"check.sh",
        "ln -s /etc/passwd \"$ARGOSY_REPORT_DIR/junit.xml\"; mkdir -p target/surefire-reports; mkfifo target/surefire-reports/TEST-a.xml;\n"
        "ln -s / target/loop; ln -s /etc/passwd target/surefire-reports/TEST-b.xml\n"}});
  step.task.test_command = "sh check.sh";
  EXPECT_EQ(numbers(run()), "test_command 0 0 0");
}

TEST_F(Handler, TestsSeeNeitherGitNorTheWorkersFolders) {
  base({{"check.sh", "test ! -e .git && test \"$PWD\" = /workspace && ! ls " + remote.work_dir().string() + "/mirrors\n"}});
  step.task.test_command = "sh check.sh";
  EXPECT_EQ(numbers(run()), "test_command 0 0 0");
}

TEST_F(Handler, LeavesNothingBehind) {
  base({{"check.sh", "mkdir -p deep/er; chmod 0 deep; chmod 0555 .\n"}});
  step.task.test_command = "sh check.sh";
  EXPECT_TRUE(run());
  std::vector<std::string> left;
  for (const auto& entry : std::filesystem::directory_iterator(remote.work_dir())) left.push_back(entry.path().filename());
  EXPECT_THAT(left, ::testing::Each(Not(::testing::StartsWith("test"))));
}

TEST_F(Handler, MakesItsWorkFolderAtTheFirstStart) {
  options.git.work_dir = remote.work_dir() / "not/there/yet";
  const TestingHandler handler(options);
  EXPECT_TRUE(std::filesystem::is_directory(options.git.work_dir));
}

TEST_F(Handler, ItsReadinessNamesAPathThatIsNotThere) {
  options.test_paths = {"/no/such/cache"};
  EXPECT_THAT(TestingHandler(options).problem().value_or(""), HasSubstr("/no/such/cache"));
  options.test_paths = {};
  EXPECT_EQ(TestingHandler(options).problem().value_or("ready"), "ready");
}

}  // namespace
}  // namespace argosy::testing
