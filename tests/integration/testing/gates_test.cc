// Every gate on a real Python library whose linter, formatter and coverage tool set-up has brought; and what the two phases can reach.
#include "tests/integration/testing/library.h"

namespace argosy::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const char* const kUntested = "def sign(number: int) -> int:\n    return -1 if number < 0 else 1\n";

class Gates : public OnLibrary {
 protected:
  Gates() : OnLibrary(wsproto()) {}
};

TEST_F(Gates, AllAreAskedAndAnOldFailureStopsNothing) {
  change({{"src/wsproto/counting.py", "def twice(number: int) -> int:\n    return 2 * number\n"},
          {"test/test_counting.py", "from wsproto.counting import twice\n\n\ndef test_twice() -> None:\n    assert twice(3) == 6\n"}});
  const bool fetched = is_fetched();
  const auto output = run();
  ASSERT_TRUE(output) << numbers(output) << "\n" << context.logged;
  EXPECT_THAT(output->set_up, StartsWith(fetched ? "cached" : "installed in "));
  EXPECT_GE(output->tests.passed, 150);
  EXPECT_THAT(output->failed_before, ElementsAre("test.test_old::test_old"));
  EXPECT_EQ(outcome(*output, "format"), "passed: nothing to format");
  EXPECT_EQ(outcome(*output, "syntax"), "passed: 2 changed files follow their grammar");
  EXPECT_THAT(outcome(*output, "tests"), StartsWith("passed: "));
  EXPECT_THAT(outcome(*output, "coverage"), StartsWith("passed: "));
  EXPECT_THAT(outcome(*output, "lint"), StartsWith("passed: no new finding"));
  EXPECT_THAT(outcome(*output, "bench"), StartsWith("not_measured: "));
  EXPECT_EQ(output->patch, "");
}

TEST_F(Gates, ANewFindingOfTheLinterIsStoppedWithItsPlace) {
  change({{"test/test_more.py", "import os\n\n\ndef test_more() -> None:\n    pass\n"}});
  const auto output = run();
  EXPECT_ERROR(output, 'C', "lint_findings_added");
  EXPECT_THAT(output.error().message, AllOf(StartsWith("1 new finding"), HasSubstr("test/test_more.py:1 F401")));
  EXPECT_THAT(output.error().details, AllOf(HasSubstr("\"rule\":\"F401\",\"file\":\"test/test_more.py\",\"line\":1"),
                                            HasSubstr("\"gate\":\"lint\",\"outcome\":\"failed\"")));
}

TEST_F(Gates, APatchCannotTellTheLinterWhatToPassOver) {
  change({{"test/test_more.py", "import os\n\n\ndef test_more() -> None:\n    pass\n"}, {"ruff.toml", "lint.ignore = [\"F401\"]\n"}});
  EXPECT_ERROR(run(), 'C', "lint_findings_added");
}

TEST_F(Gates, AnUglyChangeIsFormattedAndThatIsWhatIsTested) {
  change({{"test/test_self.py",
           "def  test_self( ):\n    with open( __file__ ) as file :\n        assert 'def test_self():' in file.read( )\n"}});
  const auto output = run();
  ASSERT_TRUE(output) << numbers(output) << "\n" << context.logged;
  EXPECT_EQ(outcome(*output, "format"), "passed: formatted, and that joined the change");
  const auto patch = artifact(output->patch);
  EXPECT_THAT(patch,
              AllOf(HasSubstr("-def  test_self( ):"), HasSubstr("+def test_self():"), HasSubstr("+        assert \"def test_self():\"")));
  EXPECT_THAT(patch, Not(HasSubstr("src/wsproto"))) << "only files of the change are formatted";
}

TEST_F(Gates, ATestThatPassesAloneIsFlakyAndStopsNothing) {
  change({{"test/test_order.py",
           "seen = []\n\n\ndef test_first() -> None:\n    seen.append(1)\n\n\ndef test_second() -> None:\n    assert not seen\n"}});
  const auto output = run();
  ASSERT_TRUE(output) << numbers(output) << "\n" << context.logged;
  EXPECT_THAT(output->flaky, ElementsAre("test.test_order::test_second"));
  EXPECT_THAT(output->failed_before, ElementsAre("test.test_old::test_old"));
  EXPECT_THAT(context.logged, HasSubstr("Flaky: failed, and passed when run again alone: test.test_order::test_second"));
}

TEST_F(Gates, APatchCannotRelaxItsOwnGates) {
  change(
      {{".argosy.yaml",
        "coverage: {max_drop: 100}\ntest: {command: \"true\"}\ngates: {tests: off, coverage: off, lint: off, format: off, syntax: off}\n"},
       {"src/wsproto/untested.py", kUntested}});
  EXPECT_ERROR(run(), 'C', "coverage_dropped");
}

TEST_F(Gates, CoverageIsMeasuredWithTheSettingsOfTheBaseCommit) {
  change({{"src/wsproto/untested.py", kUntested}, {".coveragerc", "[run]\nsource = wsproto\nomit = *untested*\n"}});
  EXPECT_ERROR(run(), 'C', "coverage_dropped");
}

TEST_F(Gates, APatchCannotSetTheMeasureInAFileThatHoldsMore) {
  change({{"src/wsproto/untested.py", kUntested},
          {"lenient.cfg",
           "[run]\nbranch = True\nsource = wsproto\nomit = *untested*\n"
           "[report]\nexclude_lines =\n    pragma: no cover\n    raise NotImplementedError()\n"},
          {"pytest.ini", "[pytest]\ntestpaths = test\naddopts = --cov-config=lenient.cfg\n"}});
  const auto output = run();
  EXPECT_ERROR(output, 'C', "coverage_settings_changed");
  EXPECT_THAT(output.error().message, StartsWith("the change alters how coverage is measured, in pytest.ini: its figure says nothing"));
}

TEST_F(Gates, APatchCannotEndTheMeasuringOfCoverage) {
  change({{"pytest.ini", "[pytest]\ntestpaths = test\naddopts = --no-cov\n"}});
  EXPECT_ERROR(run(), 'C', "coverage_lost");
}

TEST_F(Gates, ASetUpReachesNothingButTheRegistries) {
  change({{"requirements.txt", "h11>=0.9.0\nthing @ https://elsewhere.example/thing-1.0.tar.gz\n"}});
  const auto output = run();
  ASSERT_FALSE(output) << numbers(output);
  EXPECT_THAT(output.error().hint, HasSubstr("the dependencies were not fetched: failed: exit code 1"));
  EXPECT_THAT(context.logged, AllOf(HasSubstr("\"host\":\"elsewhere.example\",\"port\":443"), HasSubstr("\"verdict\":\"refused\""),
                                    HasSubstr("\"reason\":\"host_not_allowed\"")));
}

TEST_F(Gates, TestsHaveNoNetworkNoSecretsAndACacheThatTheyCannotWriteTo) {
  ::setenv("ARGOSY_A_SECRET", "hunter2", 1);
  change({{"test/test_walls.py",
           "import os\nimport socket\nfrom pathlib import Path\n\nimport h11\nimport pytest\n\n\n"
           "def test_no_network() -> None:\n    assert os.listdir(\"/sys/class/net\") == [\"lo\"] if Path(\"/sys/class/net\").exists() "
           "else True\n"
           "    assert [name for _, name in socket.if_nameindex()] == [\"lo\"]\n"
           "    with pytest.raises(OSError):\n        socket.create_connection((\"127.0.0.1\", 3128), 1)\n"
           "    with pytest.raises(OSError):\n        socket.create_connection((\"elsewhere.example\", 443), 1)\n\n\n"
           "def test_no_secrets() -> None:\n    assert \"hunter2\" not in os.environ.values()\n"
           "    assert not [name for name in os.environ if \"proxy\" in name.lower()]\n\n\n"
           "def test_read_only_cache() -> None:\n    assert h11.__file__.startswith(\"/cache/venv/\")\n"
           "    with pytest.raises(OSError):\n        Path(\"/cache/new\").touch()\n"
           "    with pytest.raises(OSError):\n        Path(h11.__file__).write_text(\"\")\n"}});
  const auto output = run();
  ::unsetenv("ARGOSY_A_SECRET");
  ASSERT_TRUE(output) << numbers(output) << "\n" << context.logged;
  EXPECT_THAT(output->failed_before, ElementsAre("test.test_old::test_old"));
}

}  // namespace
}  // namespace argosy::testing
