// The order of an examination, and its ways out: what is reached comes first, an attempt to get out ends the task, a broken sandbox is a
// person's matter in the end.
#include <fmt/format.h>

#include "tests/support/testing_fixture.h"

namespace argosy::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Examining : public TestingTest {
 protected:
  // A library of eight modules, each with its test.
  static Files library() {
    Files files;
    for (int i = 0; i < 8; ++i) {
      files[fmt::format("mod{}.py", i)] = "def value():\n    return 1\n";
      files[fmt::format("test_mod{}.py", i)] =
          fmt::format("import pytest\nfrom mod{0} import value\n\ndef test_value{0}():\n    assert value() == 1\n", i);
    }
    return files;
  }
};

TEST_F(Examining, ABrokenTestThatTheChangeReachesEndsItBeforeTheWholeSuiteRuns) {
  base(library());
  change({{"mod3.py", "def value():\n    return 2\n"}});
  const auto output = run();
  EXPECT_ERROR(output, 'C', "tests_failed");
  EXPECT_THAT(output.error().message,
              HasSubstr("test_mod3::test_value3 (of the 1 test files that the change can reach; the others were not run)"));
  EXPECT_THAT(context.logged, Not(HasSubstr("test_value5")));
}

TEST_F(Examining, WhatTheReachedTestsPassTheWholeSuiteDecides) {
  auto files = library();
  files["test_all.py"] = "import importlib, pytest\n\ndef test_by_name():\n    assert importlib.import_module('mod' + '3').value() != 3\n";
  base(files);
  change({{"mod3.py", "def value():\n    return 3\n"}, {"test_mod3.py", "def test_value3():\n    pass\n"}});
  const auto output = run();
  EXPECT_ERROR(output, 'C', "tests_failed");
  EXPECT_THAT(output.error().message, HasSubstr("test_all::test_by_name"));
  EXPECT_THAT(output.error().message, Not(HasSubstr("were not run")));
}

TEST_F(Examining, AFailureThatIsOldInTheReachedTestsStopsNothing) {
  auto files = library();
  files["test_mod3.py"] += "\ndef test_old():\n    assert False\n";
  base(files);
  change({{"mod3.py", "def value():\n    return 0 + 1\n"}});
  const auto output = run();
  ASSERT_EQ(numbers(output), "pytest 8 1 0");
  EXPECT_THAT(output->failed_before, ::testing::ElementsAre("test_mod3::test_old"));
}

TEST_F(Examining, ASystemCallOfAnotherArchitectureIsASecurityMatter) {
  int escapes = 0;
  options.on_escape = [&] { ++escapes; };
  base({{"check.py", "import ctypes\nctypes.CDLL(None).syscall(0x40000000 + 39)\n"}});
  step.task.test_command = "python3 check.py";
  const auto output = run();
  EXPECT_ERROR(output, 'D', "sandbox_escape_attempt");
  EXPECT_EQ(escapes, 1);
}

TEST_F(Examining, TestsThatEndWithTheExitCodeOfSuchACallAreJustRed) {
  int escapes = 0;
  options.on_escape = [&] { ++escapes; };
  base({{"check.sh", "exit 0\n"}});
  change({{"check.sh", "exit 159\n"}});
  step.task.test_command = "sh check.sh";
  const auto output = run();
  EXPECT_TRUE(output || output.error().category != Category::security) << to_string(output.error());
  EXPECT_EQ(escapes, 0);
}

TEST_F(Examining, SuchACallIsSeenInTheRunThatDoesWithoutCoverage) {
  options.on_escape = [] {};
  base({{"check.py", "import ctypes\nctypes.CDLL(None).syscall(0x40000000 + 39)\n"},
        {".argosy.yaml", "test: {command: python3 check.py}\ncoverage: {command: exit 3, report: none.xml}\n"}});
  EXPECT_ERROR(run(), 'D', "sandbox_escape_attempt");
  EXPECT_THAT(context.logged, HasSubstr("Coverage cannot be measured here"));
}

TEST_F(Examining, SuchACallIsSeenInATestThatIsRunAgainAlone) {
  options.on_escape = [] {};
  base({{"test_a.py",
         "import ctypes, sys\n\ndef test_a():\n    if any('::' in word for word in sys.argv):\n"
         "        ctypes.CDLL(None).syscall(0x40000000 + 39)\n    assert False\n"}});
  EXPECT_ERROR(run(), 'D', "sandbox_escape_attempt");
}

TEST_F(Examining, ALayerThatThePolicyDemandsAndThisWorkerLacksIsNamed) {
  options.require = {"seccomp", "moat"};
  base({{"test_a.py", "def test_a(): pass\n"}});
  const auto output = run();
  EXPECT_ERROR(output, 'B', "sandbox_policy_unmet");
  EXPECT_THAT(output.error().message, HasSubstr("moat (no such layer)"));
}

TEST_F(Examining, ARepositoryMayAskForLessButNotForMore) {
  base({{"check.sh", "ulimit -u\n"}, {".argosy.yaml", "sandbox: {limits: {processes: 77, wall_s: 900}}\n"}});
  step.task.test_command = "sh check.sh; nproc_of() { :; }; cat /proc/self/limits | grep processes";
  ASSERT_EQ(numbers(run()), "test_command 0 0 0");
  EXPECT_THAT(context.logged, HasSubstr("77"));
}

TEST_F(Examining, AWorkspaceFullOfTrapsIsReadAndRemovedWithinBounds) {
  base({{"check.py", R"(import os
os.mkfifo(os.environ['ARGOSY_REPORT_DIR'] + '/junit.xml')
os.makedirs('target'); os.symlink('/etc', 'target/surefire-reports')
os.mkdir('surefire-reports')
for i in range(2000):
    os.symlink('/proc/self/root', f'surefire-reports/TEST-{i}.xml')
os.mkfifo('surefire-reports/TEST-fifo.xml')
open('surefire-reports/TEST-broken.xml', 'wb').write(b'<testsuite><testcase name="\xff\x00' * 1000)
open('surefire-reports/TEST-bomb.xml', 'w').write('<!DOCTYPE a [<!ENTITY b "' + 'x' * 1000 + '">]><testsuite name="&b;"/>')
for i in range(200):
    os.mkdir('d'); os.chdir('d')
os.chmod('.', 0)
for i in range(2000):
    print('x' * 1000)
)"}});
  options.limits.output_bytes = 1 << 20;
  step.task.test_command = "python3 check.py";
  EXPECT_EQ(numbers(run()), "test_command 0 0 0");
  EXPECT_THAT(context.logged, HasSubstr("output is cut here"));
  for (const auto& left : std::filesystem::directory_iterator(remote.work_dir()))
    EXPECT_THAT(left.path().filename().string(), Not(::testing::StartsWith("scratch-")));
}

TEST_F(Examining, ASandboxThatBreaksIsTriedAgainAndThenAPersonIsAsked) {
  base({{"a.py", "x = 1\n"}, {"test_a.py", "import a\n\ndef test_a(): pass\n"}});
  change({{"a.py", "x = 2\n"}});
  options.limits.open_files = -1;  // no limit that argosy-confine could set
  step.payload = tasks::to_json_text(tasks::TreePayload{.base_commit = commit, .target_branch = "main"});
  TestingHandler handler(options);
  EXPECT_ERROR(run(), 'A', "sandbox_unavailable");

  step.attempt = 3;
  auto done = handler.run(step, context);
  ASSERT_TRUE(done) << to_string(done.error());
  ASSERT_TRUE(done->question);
  EXPECT_EQ(done->question->name, "untested");

  step.answers.push_back({.step = step.ref.ordinal, .name = "untested", .verdict = tasks::Verdict::reject, .text = ""});
  done = handler.run(step, context);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "untested_rejected");

  step.answers.back().verdict = tasks::Verdict::approve;
  done = handler.run(step, context);
  ASSERT_TRUE(done) << to_string(done.error());
  const auto output = tasks::test_output_from(done->output);
  ASSERT_TRUE(output);
  ASSERT_EQ(output->gates.size(), 2u);
  EXPECT_EQ(output->gates[0].outcome, "passed");
  EXPECT_EQ(output->gates[1].outcome, "not_measured");
}

TEST_F(Examining, WithoutASandboxTooAGateThatIsOffIsNotAsked) {
  base({{"a.py", "x = 1\n"}, {"test_a.py", "import a\n\ndef test_a(): pass\n"}, {".argosy.yaml", "gates: {syntax: off}\n"}});
  change({{"a.py", "x = (\n"}});
  options.limits.open_files = -1;  // no limit that argosy-confine could set
  step.payload = tasks::to_json_text(tasks::TreePayload{.base_commit = commit, .target_branch = "main"});
  step.attempt = 3;
  const auto done = TestingHandler(options).run(step, context);
  ASSERT_TRUE(done) << to_string(done.error());
  ASSERT_TRUE(done->question);
  EXPECT_THAT(done->question->description, Not(HasSubstr("syntax is fine")));
}

}  // namespace
}  // namespace argosy::testing
