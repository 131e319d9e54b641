// Steps of kind "run": what an agent wants to be run, with real tools in the real sandbox.
#include "common/tasks/agent/agent_step.h"
#include "tests/support/testing_fixture.h"
#include "workers/testing/commands/run_output.h"

namespace argosy::testing {
namespace {

using tasks::RunKind;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr const char* kCalc = "def add(a, b):\n    return a + b\n";
constexpr const char* kCalcTest =
    "import pytest\nfrom calc import add\n\ndef test_add():\n    assert add(1, 2) == 3\n\ndef test_zero():\n    assert add(0, 0) == 0\n";

class RunStep : public TestingTest {
 protected:
  RunStep() { step.kind = "run"; }

  Result<std::vector<tasks::RunResult>> runs(std::vector<tasks::Run> wanted) {
    for (std::size_t i = 0; i < wanted.size(); ++i) wanted[i].call = "call-" + std::to_string(i);
    step.payload = tasks::to_json_text(tasks::RunPayload{.base_commit = commit, .patch = own, .runs = std::move(wanted)});
    TestingHandler handler(options);
    auto done = handler.run(step, context);
    if (!done) return std::unexpected(done.error());
    EXPECT_THAT(done->added, IsEmpty());
    EXPECT_EQ(tasks::change_output_from(done->output).value().patch, "") << "what hangs on it builds on no change of it";
    return tasks::run_output_from(done->output).value().results;
  }
  tasks::RunResult one(RunKind kind, const std::string& command, std::optional<std::chrono::milliseconds> limit = {}) {
    const auto all = runs({{.call = {}, .kind = kind, .command = command, .time_limit = limit}});
    EXPECT_TRUE(all) << (all ? "" : to_string(all.error()));
    return all ? all->front() : tasks::RunResult{};
  }
  // The agent's own patch, on top of what earlier steps handed on.
  void edit(const Files& files) {
    change(files);
    own = tasks::change_output_from(step.inputs.back().second).value().patch;
    step.inputs.pop_back();
  }

  std::string own;
};

TEST_F(RunStep, RunsOnTheBaseTheInputsAndTheAgentsOwnPatch) {
  base({{"a", "base\n"}, {"b", "base\n"}, {"c", "base\n"}});
  change({{"b", "input\n"}});
  edit({{"c", "own\n"}});
  const auto result = one(RunKind::command, "cat a b c; echo oops >&2; exit 3");
  EXPECT_EQ(result.call, "call-0");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.error, "");
  EXPECT_THAT(result.output, AllOf(HasSubstr("base\ninput\nown\n"), HasSubstr("oops")));
  EXPECT_GT(result.duration_ms, 0);
  EXPECT_THAT(context.logged, AllOf(HasSubstr("$ cat a b c"), HasSubstr("input")));
  ASSERT_EQ(context.events.back().type, "command_executed");
  EXPECT_THAT(context.events.back().data, AllOf(HasSubstr("\"exit_code\":3"), HasSubstr("cat a b c"), HasSubstr("own")));
}

TEST_F(RunStep, RunsOneAfterTheOtherInOneTreeAndThrowsItAway) {
  base({{"a", "1\n"}});
  const auto both = runs({{.call = {}, .kind = RunKind::command, .command = "echo made > made; exit 1"},
                          {.call = {}, .kind = RunKind::command, .command = "cat made"}});
  ASSERT_TRUE(both) << to_string(both.error());
  ASSERT_THAT(*both, SizeIs(2));
  EXPECT_EQ((*both)[0].exit_code, 1);
  EXPECT_EQ((*both)[1].exit_code, 0);
  EXPECT_EQ((*both)[1].call, "call-1");
  EXPECT_THAT(one(RunKind::command, "cat made").output, HasSubstr("No such file"));
}

TEST_F(RunStep, AnExitCodeIsNoAttemptToGetOutAndACallOfAnotherArchitectureIsOneWhateverTheShellSays) {
  int escapes = 0;
  options.on_escape = [&] { ++escapes; };
  base({{"a", "1\n"}});
  EXPECT_EQ(one(RunKind::command, "exit 159").exit_code, 159);
  EXPECT_EQ(escapes, 0);
  const auto caught = runs(
      {{.call = {}, .kind = RunKind::command, .command = "python3 -c 'import ctypes; ctypes.CDLL(None).syscall(0x40000000 + 39)'; true"}});
  ASSERT_FALSE(caught);
  EXPECT_EQ(caught.error().category, Category::security);
  EXPECT_EQ(caught.error().code, "sandbox_escape_attempt");
  EXPECT_EQ(escapes, 1);
}

TEST_F(RunStep, HasNoNetworkAndNothingOfTheWorker) {
  base({{"a", "1\n"}});
  const auto result = one(RunKind::command, "cat /proc/net/dev | grep -c : ; ls -a; env");
  EXPECT_THAT(result.output, AllOf(StartsWith("1\n"), Not(HasSubstr(".git")), Not(HasSubstr("ARGOSY_DATABASE"))));
}

TEST_F(RunStep, EndsWhatTakesTooLongAndSaysSo) {
  base({{"a", "1\n"}});
  const auto result = one(RunKind::command, "echo begun; sleep 600", std::chrono::milliseconds(1000));
  EXPECT_EQ(result.exit_code, -1);
  EXPECT_EQ(result.error, "timed out after 1 s");
  EXPECT_THAT(result.output, HasSubstr("begun"));
}

TEST_F(RunStep, HoldsEveryRunToTheWorkersHardLimit) {
  base({{"a", "1\n"}});
  options.hard_timeout = std::chrono::milliseconds(1000);
  EXPECT_EQ(one(RunKind::command, "sleep 600", std::chrono::minutes(30)).error, "timed out after 1 s");
}

TEST_F(RunStep, HoldsEveryRunToWhatTheRepositoryItselfAllows) {
  base({{".argosy.yaml", "sandbox:\n  limits: {wall_s: 1}\n"}, {"a", "1\n"}});
  EXPECT_EQ(one(RunKind::command, "sleep 600", std::chrono::minutes(30)).error, "timed out after 1 s");
}

TEST_F(RunStep, KeepsHeadAndTailOfLongOutputWithoutSecrets) {
  base({{"a", "1\n"}});
  const auto secret = std::string("ghp_") + "a8Kq2mZ0tR7yLw4XnB1vEc9UdJ5hPsGfOi3T";
  const auto result = one(RunKind::command, "echo first " + secret + "; seq 1 20000; echo last");
  EXPECT_LE(result.output.size(), tasks::kMaxRunOutput + 200);
  EXPECT_THAT(result.output, AllOf(StartsWith("first [redacted]"), HasSubstr("bytes are left out"), HasSubstr("20000\nlast")));
  for (const auto& event : context.events) EXPECT_THAT(event.data, Not(HasSubstr(secret)));
}

TEST_F(RunStep, TestsAreTheRepositorysOwnWithANoteOfTheReport) {
  base({{"calc.py", kCalc}, {"test_calc.py", kCalcTest}});
  EXPECT_THAT(one(RunKind::tests, "").output, StartsWith("2 passed, 0 failed\n"));
  edit({{"calc.py", "def add(a, b):\n    return a - b\n"}});
  const auto red = one(RunKind::tests, "");
  EXPECT_EQ(red.exit_code, 1);
  EXPECT_THAT(red.output, AllOf(StartsWith("1 passed, 1 failed: test_calc::test_add\n"), HasSubstr("assert -1 == 3")));
}

TEST_F(RunStep, TestsAreChosenByFilesOrByName) {
  base({{"calc.py", kCalc}, {"test_calc.py", kCalcTest}, {"test_other.py", "def test_other():\n    assert True\n"}});
  EXPECT_THAT(one(RunKind::tests, "test_other.py").output, StartsWith("1 passed, 0 failed"));
  EXPECT_THAT(one(RunKind::tests, "test_calc.py::test_zero").output, StartsWith("1 passed, 0 failed"));
  const auto refused = one(RunKind::tests, "no/such/file.py other.py");
  EXPECT_EQ(refused.exit_code, -1);
  EXPECT_THAT(refused.error, HasSubstr("cannot be chosen"));
}

TEST_F(RunStep, SaysWhatIsNotThereInsteadOfFailing) {
  base({{"a", "1\n"}});
  const auto all = runs({{.call = {}, .kind = RunKind::tests, .command = ""},
                         {.call = {}, .kind = RunKind::linter, .command = ""},
                         {.call = {}, .kind = RunKind::install, .command = "requests"},
                         {.call = {}, .kind = RunKind::command, .command = "echo on"}});
  ASSERT_TRUE(all) << to_string(all.error());
  EXPECT_THAT((*all)[0].error, HasSubstr("no tests were found"));
  EXPECT_THAT((*all)[1].error, HasSubstr("no linter"));
  EXPECT_THAT((*all)[2].error, HasSubstr("Add it to the manifest"));
  EXPECT_THAT((*all)[3].output, HasSubstr("on"));
}

TEST_F(RunStep, NothingOfTheChangeDecidesAboutTheSandbox) {
  base({{".argosy.yaml", "sandbox: {class: bwrap}\n"}, {"a", "1\n"}});
  edit({{".argosy.yaml", "sandbox: {class: gvisor}\nthis is: [no YAML\n"}});
  EXPECT_EQ(one(RunKind::command, "true").exit_code, 0);
}

TEST_F(RunStep, RefusesAStepWithoutOrWithTooManyRuns) {
  base({{"a", "1\n"}});
  EXPECT_EQ(runs({}).error().code, "payload_invalid");
  EXPECT_EQ(runs(std::vector<tasks::Run>(tasks::kMaxRuns + 1, {.call = {}, .command = "true"})).error().code, "payload_invalid");
}

TEST_F(RunStep, ACancelledStepStopsItsProgram) {
  base({{"a", "1\n"}});
  context.cancel_on = "begun\n";
  const auto cancelled = runs({{.call = {}, .command = "echo begun; sleep 600"}, {.call = {}, .command = "echo next"}});
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, "cancelled");
  EXPECT_THAT(context.logged, Not(HasSubstr("next\n")));
}

TEST(HeadAndTail, KeepsShortTextAsItIs) {
  HeadAndTail text(100);
  text.add("a");
  text.add("b\n");
  EXPECT_EQ(text.text(), "ab\n");
}

TEST(HeadAndTail, KeepsBothEndsOfWhatComesInPieces) {
  HeadAndTail text(20);
  for (int i = 0; i < 1000; ++i) text.add("<" + std::to_string(i) + ">");
  EXPECT_THAT(text.text(), AllOf(StartsWith("<0><1><2>"), HasSubstr("bytes are left out"), ::testing::EndsWith("<999>")));
}

}  // namespace
}  // namespace argosy::testing
