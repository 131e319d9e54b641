// Promises of the push worker on real remotes: one branch, one commit, exactly the tested files, however often it runs.
#include "workers/git/git_handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <latch>
#include <thread>

#include "common/tasks/agent/unfinished.h"
#include "tests/support/git_fixture.h"
#include "tests/support/step_fixture.h"
#include "tests/unit/git/push_fixture.h"

namespace argosy::git {
namespace {

using namespace tasks;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

TEST_F(Git, PushesOneCommitWithExactlyTheTestedFiles) {
  const auto first = change({{"a", "2\n"}}), second = change({{"new", std::string("\0\r\n", 3)}});
  const auto output = push(step({first, second}));
  EXPECT_EQ(output.branch, branch);
  EXPECT_EQ(output.base_commit, base);
  EXPECT_EQ(remote.at_remote({"rev-parse", branch}), output.commit);
  EXPECT_EQ(remote.at_remote({"rev-parse", branch + "^"}), base);
  EXPECT_EQ(remote.at_remote({"diff", "--name-status", base, branch}), "M\ta\nA\tnew");
  EXPECT_EQ(remote.at(branch, "new"), std::string("\0\r\n", 3));
  EXPECT_EQ(remote.at_remote({"log", "-1", "--format=%an <%ae> %ct", branch}), "Argosy <argosy@example.org> 1700000000");
  EXPECT_EQ(remote.at_remote({"log", "-1", "--format=%(trailers:key=Argosy-Task,valueonly)", branch}),
            "019aa6c5-0000-7000-8000-000000000017");
  EXPECT_EQ(remote.at_remote({"log", "-1", "--format=%(trailers:key=Argosy-Base,valueonly)", branch}), base);
  EXPECT_EQ(remote.at_remote({"log", "-1", "--format=%(trailers:key=Argosy-Patch,valueonly)", branch}),
            change_output_from(first)->patch + "\n" + change_output_from(second)->patch);
  ASSERT_EQ(output.files.size(), 2u);
  EXPECT_THAT(output.diff_stat, HasSubstr("2 files changed"));
  EXPECT_THAT(store.get({}, output.patch).value(), ::testing::AllOf(HasSubstr("a/a b/a"), HasSubstr("GIT binary patch")));
  EXPECT_EQ(output.note, "");
}

TEST_F(Git, DoesNothingTwice) {
  const auto made = step({change({{"a", "2\n"}})});
  const auto first = push(made), second = push(made);
  EXPECT_EQ(first.commit, second.commit);
  EXPECT_THAT(context.events.back().data, HasSubstr("Found our own"));
  fs::remove_all(remote.work_dir());
  EXPECT_EQ(push(made).commit, first.commit);
  EXPECT_EQ(remote.at_remote({"for-each-ref", "--format=%(refname)", "refs/heads"}), "refs/heads/" + branch + "\nrefs/heads/main");
}

TEST_F(Git, MakesOneBranchWhenTwoRunsMeet) {
  const auto made = step({change({{"a", "2\n"}})});
  std::array<Result<runtime::StepResult>, 2> results;
  {
    std::latch together(2);
    std::vector<std::jthread> runs;
    for (auto& result : results)
      runs.emplace_back([&] {
        testing::FakeStepContext own(store);
        together.arrive_and_wait();
        result = GitHandler(options(), {.name = "Argosy", .email = "argosy@example.org"}).run(made, own);
      });
  }
  // Who meets the other's lock tries again later; nobody is told that the branch belongs to somebody else.
  for (const auto& result : results) EXPECT_TRUE(result || result.error().category == Category::transient) << to_string(result.error());
  const auto commit = push(made).commit;
  for (const auto& result : results)
    if (result) EXPECT_EQ(push_output_from(result->output)->commit, commit);
  EXPECT_EQ(remote.at_remote({"rev-list", "--count", base + ".." + branch}), "1");
}

TEST_F(Git, RefusesABranchOfSomebodyElse) {
  const auto theirs = remote.push("theirs", branch);
  const auto refused = run(step({change({{"a", "2\n"}})}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "branch_taken");
  EXPECT_EQ(refused.error().category, Category::needs_user);
  EXPECT_EQ(remote.at_remote({"rev-parse", branch}), theirs);
}

TEST_F(Git, RefusesItsOwnBranchWithAnotherPatch) {
  const auto first = push(step({change({{"a", "2\n"}})}));
  const auto refused = run(step({change({{"a", "3\n"}})}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "branch_taken");
  EXPECT_EQ(remote.at_remote({"rev-parse", branch}), first.commit);
}

TEST_F(Git, SaysWhenTheTargetMovedAndWhetherTheChangeStillApplies) {
  const auto made = step({change({{"a", "2\n"}})});
  remote.push_files({{"b", "2\n"}});
  const auto fits = push(made);
  EXPECT_THAT(fits.note, ::testing::AllOf(HasSubstr("main has moved"), HasSubstr("applies there, too")));
  EXPECT_EQ(remote.at_remote({"rev-parse", branch + "^"}), base);
  remote.push_files({{"a", "theirs\n"}});
  EXPECT_THAT(push(made).note, HasSubstr("does not apply there"));
}

TEST_F(Git, RefusesAPushWithoutItsTest) {
  auto made = step({change({{"a", "2\n"}})});
  made.inputs.pop_back();
  EXPECT_EQ(run(made).error().code, "payload_invalid");
}

TEST_F(Git, PushesNothingForACancelledTask) {
  const auto made = step({change({{"a", "2\n"}})});
  context.cancel = true;
  const auto stopped = run(made);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, "cancelled");
  EXPECT_EQ(remote.at_remote({"for-each-ref", "--format=%(refname)", "refs/heads"}), "refs/heads/main");
}

TEST_F(Git, PushesWhatFixRoundsAddedInTheirOrder) {
  const auto first = change({{"a", "2\n"}});
  auto made = step({first});
  TestOutput red;
  red.failed = {{.gate = "tests", .code = "tests_failed", .text = "t1 fails", .hint = "", .details = ""}};
  made.inputs.back().second = to_json_text(red);
  made.inputs.emplace_back(103, change({{"b", "2\n"}}));
  made.inputs.emplace_back(104, to_json_text(TestOutput{}));
  push(made);
  EXPECT_EQ(remote.at_remote({"diff", "--name-status", base, branch}), "M\ta\nM\tb");
}

TEST_F(Git, DoesNotPushWhatTheLastTestStopped) {
  auto made = step({change({{"a", "2\n"}})});
  TestOutput red;
  red.failed = {{.gate = "tests", .code = "tests_failed", .text = "t1 fails", .hint = "", .details = ""}};
  made.inputs.back().second = to_json_text(red);
  const auto result = run(made);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().category, Category::code_logic);
  EXPECT_EQ(result.error().code, "change_not_tested");
}

TEST_F(Git, TellsInTheCommitAndTheNoteWhatAPersonLetPass) {
  auto made = step({change({{"a", "2\n"}})});
  TestOutput tested;
  tested.accepted = {{.gate = "tests", .text = "t1 fails", .by = "ann\nArgosy-Task: forged"}};
  made.inputs.back().second = to_json_text(tested);
  EXPECT_THAT(push(made).note, HasSubstr("tests accepted by ann"));
  EXPECT_EQ(remote.at_remote({"log", "-1", "--format=%(trailers:key=Argosy-Accepted,valueonly)", branch}),
            "tests, by ann Argosy-Task: forged");
}

TEST_F(Git, WhatAnAgentDidNotFinishGoesToABranchOfItsOwnUntested) {
  auto keep = testing::make_step(remote.url(), {}, Queue::git, "keep");
  keep.task.prompt = "Add a greeting\nand more";
  const auto beside = partial_branch(keep.task.branch, 101);
  keep.payload = to_json_text(KeepPayload{.base_commit = base, .branch = beside, .reason = "the agent coder stopped (stuck)"});
  keep.inputs = {{std::int16_t{100}, change({{"c", "new\n"}})}};
  const auto output = push(keep);
  EXPECT_EQ(output.branch, beside);
  EXPECT_EQ(remote.at(beside, "c"), "new\n");
  const auto message = remote.at_remote({"log", "-1", "--format=%B", beside});
  EXPECT_THAT(message, HasSubstr("wip: Add a greeting\n\nthe agent coder stopped (stuck)"));
  EXPECT_EQ(remote.at_remote({"branch", "--list", keep.task.branch}), "") << "the task's own name stands for what was finished";
  EXPECT_EQ(push(keep).commit, output.commit) << "again it finds its own";
}

TEST_F(Git, TheCommitOfATaskInWordsIsCalledAsItsPlanSays) {
  auto made = step({change({{"a", "2\n"}})});
  made.task.change.clear();
  made.payload = to_json_text(TreePayload{.base_commit = base, .target_branch = "main", .title = "fix: the cart's total"});
  push(made);
  EXPECT_THAT(remote.at_remote({"log", "-1", "--format=%s", made.task.branch}), "fix: the cart's total");
}

}  // namespace
}  // namespace argosy::git
