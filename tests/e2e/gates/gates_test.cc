// A whole fleet over a real Kafka and Postgres, whose testing worker fetches dependencies through the egress proxy: what its gates let
// through is pushed, what they stop says why or is mended by a person; and a testing worker that is killed leaves nothing behind, and
// doubles no fix round.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/e2e/gates/gates.h"
#include "tests/support/process_table.h"

namespace argosy::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

void expect_failed(const json::Value& task, const std::string& code, const std::string& begins) {
  ASSERT_EQ(task.string_or("status", ""), "failed") << json::dump_pretty(task);
  const auto* error = task.find("error");
  ASSERT_TRUE(error && error->is_object()) << json::dump_pretty(task);
  EXPECT_EQ(error->string_or("category", ""), "C") << json::dump_pretty(*error);
  EXPECT_EQ(error->string_or("code", ""), code) << json::dump_pretty(*error);
  EXPECT_THAT(error->string_or("message", ""), StartsWith(begins));
  EXPECT_NE(error->string_or("hint", ""), "");
}

TEST_F(Gates, WhatTheFormatterChangedIsPushed) {
  const auto task = outcome("test_ugly.py", "def  test_ugly( ):\n    assert  'a' == 'a'\n");
  ASSERT_EQ(task.string_or("status", ""), "succeeded") << json::dump_pretty(task);
  const auto* result = task.find("result");
  ASSERT_TRUE(result && result->is_object()) << json::dump_pretty(task);
  const auto branch = result->string_or("branch", "");
  EXPECT_EQ(git_->at(branch, "test_ugly.py"), "def test_ugly():\n    assert \"a\" == \"a\"\n");
  EXPECT_EQ(git_->at(branch, "calc.py"), git_->at("main", "calc.py")) << "only the change is formatted";
}

TEST_F(Gates, ALowerCoverageFailsTheTaskAndTheApiSaysWhy) {
  expect_failed(outcome("extra.py", "def sign(number):\n    return -1 if number < 0 else 1\n"), "coverage_dropped", "coverage fell by ");
}

TEST_F(Gates, ANewFindingOfTheLinterFailsTheTaskAndTheApiSaysWhy) {
  expect_failed(outcome("test_more.py", "import os\n\n\ndef test_more():\n    pass\n"), "lint_findings_added",
                "1 new finding of the linter: test_more.py:1 F401");
}

TEST_F(Gates, WhatAGateStopsIsCorrectedByAPersonTestedAgainAndPushed) {
  const auto id = submit("test_mended.py", kWrongTest, 5);
  EXPECT_THAT(question(id, "fix-1"), AllOf(HasSubstr("test_wrong"), HasSubstr("Answer \"correct\"")));
  EXPECT_EQ(shown(id).string_or("status", ""), "waiting");
  answer(id, "fix-1", {{"verdict", "correct"}, {"text", "please make it green"}});
  EXPECT_THAT(question(id, "fix-1-2"), HasSubstr("is not JSON"));
  const json::Array mend{json::Object{{"op", "delete_file"}, {"path", "test_mended.py"}}, creating("test_right.py", kRightTest)};
  answer(id, "fix-1-2", {{"verdict", "correct"}, {"text", json::dump(json::Value(mend))}});
  const auto task = fleet().wait_terminal(id, kTaskTime);
  ASSERT_EQ(task.string_or("status", ""), "succeeded") << json::dump_pretty(task);
  const auto branch = task.find("result")->string_or("branch", "");
  EXPECT_EQ(git_->at(branch, "test_right.py"), kRightTest);
  EXPECT_EQ(git_->at_remote({"diff", "--name-status", "main", branch}), "A\ttest_right.py");
  EXPECT_EQ(steps(task, "fix"), 1u);
  EXPECT_EQ(steps(task, "test"), 2u);
}

TEST_F(Gates, WhatAPersonLetsPassIsPushedAndSaysSo) {
  const auto id = submit("test_let_pass.py", kWrongTest, 1);
  question(id, "fix-1");
  answer(id, "fix-1", {{"verdict", "approve"}});
  const auto task = fleet().wait_terminal(id, kTaskTime);
  ASSERT_EQ(task.string_or("status", ""), "succeeded") << json::dump_pretty(task);
  const auto* result = task.find("result");
  EXPECT_THAT(result->string_or("note", ""), HasSubstr("tests accepted by "));
  EXPECT_THAT(git_->at_remote({"log", "-1", "--format=%(trailers:key=Argosy-Accepted,valueonly)", result->string_or("branch", "")}),
              StartsWith("tests, by "));
}

TEST_F(Gates, WhatAPersonRejectsFailsWithTheGatesWords) {
  const auto id = submit("test_rejected.py", kWrongTest, 5);
  question(id, "fix-1");
  answer(id, "fix-1", {{"verdict", "reject"}});
  expect_failed(fleet().wait_terminal(id, kTaskTime), "tests_failed", "1 test fails that did not fail before: test_rejected");
}

TEST_F(Gates, ATestingWorkerThatDiesWithTheFinishDoublesNoFixRound) {
  for (const auto* place : {"detour.before", "detour.after"}) {
    fleet().kill9("testing");
    fleet().start("testing", {{"ARGOSY_FAILPOINTS_SPEC", fmt::format("{}=kill*1", place)}});
    const auto id = submit(fmt::format("test_{}.py", std::string_view(place).substr(7)), kWrongTest, 5);
    fleet().process("testing").wait_exit(kTaskTime);
    fleet().start("testing");
    question(id, "fix-1");
    const auto task = shown(id);
    EXPECT_EQ(steps(task, "fix"), 1u) << place;
    EXPECT_EQ(steps(task, "test"), 2u) << place;
    answer(id, "fix-1", {{"verdict", "approve"}});
    EXPECT_EQ(fleet().wait_terminal(id, kTaskTime).string_or("status", ""), "succeeded") << place;
  }
}

// Whatever below `folder` begins so.
std::vector<std::string> beginning(const std::filesystem::path& folder, const std::string& start, int depth) {
  std::vector<std::string> found;
  std::error_code error;
  std::filesystem::recursive_directory_iterator it(folder, std::filesystem::directory_options::skip_permission_denied, error), end;
  for (; !error && it != end; it.increment(error)) {
    if (it.depth() >= depth) it.disable_recursion_pending();
    if (it->path().filename().string().starts_with(start)) found.push_back(it->path());
  }
  return found;
}

// The control groups that a worker made for its sandboxes.
std::vector<std::string> groups_of(pid_t worker) {
  auto all = beginning("/sys/fs/cgroup", "argosy-", 6);
  std::erase_if(all, [&](const std::string& group) { return group.find(fmt::format("-{}-", worker)) == std::string::npos; });
  return all;
}

TEST_F(Gates, AKilledTestingWorkerLeavesNothingBehindAfterTheNextStart) {
  const std::string mark = fmt::format("argosy-left-behind-{}", ::getpid());
  const auto id =
      submit("test_slow.py", fmt::format("import subprocess\nimport sys\nimport time\n\n\ndef test_slow():\n"
                                         "    code = \"import os, time; os.fork(); time.sleep(1000)\"\n"
                                         "    subprocess.Popen([sys.executable, \"-c\", code, \"{0}\"])\n"
                                         "    subprocess.Popen([sys.executable, \"-c\", code, \"{0}\"], start_new_session=True)\n"
                                         "    time.sleep(1000)\n",
                                         mark));
  ASSERT_TRUE(testing::eventually([&] { return runs_on_the_host(mark); }, kTaskTime));
  const auto pid = fleet().process("testing").pid();
  const auto work = fleet().folder() / "work/testing";
  const auto folders = beginning(work, "scratch-", 1);
  EXPECT_FALSE(folders.empty());
  const auto groups = groups_of(pid);  // none where there are no controllers: then rlimits keep the limits
  ASSERT_EQ(::kill(pid, SIGKILL), 0);  // it alone: nobody helps with what it started
  fleet().process("testing").wait_exit();
  // So that the next one is not given the same step.
  const auto cancelled = fleet().request("POST", fmt::format("/api/v1/tasks/{}/cancel", id), json::Object{});
  ASSERT_TRUE(cancelled && cancelled->status < 300) << (cancelled ? cancelled->body : to_string(cancelled.error()));

  fleet().start("testing");
  EXPECT_TRUE(testing::eventually([&] { return !runs_on_the_host(mark); }));
  EXPECT_TRUE(testing::eventually([&] {
    return std::ranges::none_of(folders, [](const auto& one) { return std::filesystem::exists(one); });
  })) << text::join(folders, " ");
  EXPECT_THAT(groups_of(pid), ::testing::IsEmpty()) << groups.size() << " were there while it ran";
  EXPECT_EQ(read_file("/proc/self/mountinfo").value_or("").find(work.string()), std::string::npos);
}

}  // namespace
}  // namespace argosy::test
