// Promises of the push worker about what must not be pushed: secrets, protected files, what a task forbids.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/tasks/agent/unfinished.h"
#include "common/tasks/guards/protected_files.h"
#include "tests/support/git_fixture.h"
#include "tests/support/step_fixture.h"
#include "tests/unit/git/push_fixture.h"
#include "workers/git/git_handler.h"

namespace argosy::git {
namespace {

using namespace tasks;
using ::testing::HasSubstr;

TEST_F(Git, CommitsNothingThatAddsASecretAndDoesNotSayIt) {
  const auto secret = std::string("ghp_") + "a8Kq2mZ0tR7yLw4XnB1vEc9UdJ5hPsGfOi3T";
  const auto made = step({change({{"a", "2\nkey = \"" + secret + "\"\n"}})});
  const auto kept = store.count();
  const auto refused = run(made);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().category, Category::security);
  EXPECT_EQ(refused.error().code, "secret_in_diff");
  EXPECT_THAT(refused.error().message, HasSubstr("a line 2"));
  EXPECT_THAT(to_string(refused.error()) + refused.error().details + context.logged, ::testing::Not(HasSubstr(secret)));
  EXPECT_EQ(remote.at_remote({"for-each-ref", "--format=%(refname)", "refs/heads"}), "refs/heads/main");
  EXPECT_EQ(store.count(), kept) << "the whole patch was kept";
}

TEST_F(Git, PushesAFileThatHeldASecretBefore) {
  const auto secret = std::string("ghp_") + "a8Kq2mZ0tR7yLw4XnB1vEc9UdJ5hPsGfOi3T";
  base = remote.push_files({{"a", "key = \"" + secret + "\"\nx\n"}});
  EXPECT_NE(push(step({change({{"a", "key = \"" + secret + "\"\ny\n"}})})).commit, "");
}

TEST_F(Git, AsksBeforeAModelsChangeOfProtectedFilesIsPushed) {
  auto made = step({change({{"go.sum", "x\n"}})});
  EXPECT_NE(push(made).commit, "") << "a person's own operation needs no approval";
  made.task.branch = "argosy/20261121-other";
  made.task.change.clear();
  const auto asked = run(made);
  ASSERT_TRUE(asked && asked->question) << (asked ? "pushed" : to_string(asked.error()));
  const auto name = tasks::protected_files_question({"go.sum"});
  EXPECT_EQ(asked->question->name, name);
  EXPECT_EQ(asked->question->type, "approval");
  EXPECT_THAT(asked->question->description, HasSubstr("go.sum"));
  EXPECT_EQ(remote.at_remote({"for-each-ref", "--format=%(refname)", "refs/heads/" + made.task.branch}), "");

  made.answers = {{.step = made.ref.ordinal, .name = name, .verdict = Verdict::reject, .text = ""}};
  const auto rejected = run(made);
  ASSERT_FALSE(rejected);
  EXPECT_EQ(rejected.error().code, "protected_file");

  made.answers.clear();  // another step of the task had asked, and was allowed to
  made.task.answers = {{.step = 100, .name = name, .verdict = Verdict::approve, .text = ""}};
  EXPECT_NE(push(made).commit, "");
}

TEST_F(Git, PushesProtectedFilesThatPeopleLetAgentsChangeAndAsksForOthers) {
  auto output = tasks::change_output_from(change({{"go.sum", "x\n"}, {"a.lock", "x\n"}})).value();
  output.granted = {{"a.lock", "go.sum", "b.lock"}};
  auto made = step({tasks::to_json_text(output)});
  made.task.change.clear();
  auto asked = run(made);
  ASSERT_TRUE(asked && asked->question) << "what a step says is no person's word";
  made.task.answers = {{.step = 100, .name = tasks::protected_files_question(output.granted[0]), .verdict = Verdict::approve, .text = ""}};
  EXPECT_NE(push(made).commit, "");
}

TEST_F(Git, HoldsTheWholeChangeToWhatTheTaskForbids) {
  auto made = step({change({{"a", "2\n"}}), change({{"b", "2\n"}})});
  made.task.max_files_changed = 1;
  EXPECT_EQ(run(made).error().code, "max_files_exceeded");
  made.task.max_files_changed = 2;
  made.task.avoid_files = {"b"};
  EXPECT_EQ(run(made).error().code, "avoid_files_violated");
  EXPECT_EQ(remote.at_remote({"for-each-ref", "--format=%(refname)", "refs/heads"}), "refs/heads/main");
}

TEST_F(Git, PushesNothingThatAPersonForbadeWhileItLookedAtTheRemote) {
  context.constraints = Constraints{.avoid_files = {"a"}};
  context.constrained_from = 2;  // the first look at its own diff passes
  EXPECT_EQ(run(step({change({{"a", "2\n"}})})).error().code, "avoid_files_violated");
  EXPECT_EQ(context.asked_for_constraints, 2);
  EXPECT_EQ(remote.at_remote({"for-each-ref", "--format=%(refname)", "refs/heads"}), "refs/heads/main");
}

TEST_F(Git, WhatAnAgentDidNotFinishIsScannedLikeEverythingElse) {
  auto keep = testing::make_step(remote.url(), {}, Queue::git, "keep");
  keep.payload = to_json_text(KeepPayload{.base_commit = base, .branch = partial_branch(keep.task.branch, 101), .reason = "r"});
  keep.inputs = {{std::int16_t{100}, change({{"c",
                                              "key = \"AKIA"
                                              "ZX4QWERTYUIOPASD\"\n"}})}};
  const auto result = run(keep);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "secret_in_diff");
  keep.inputs = {{std::int16_t{100}, change({{"Jenkinsfile", "pipeline {}\n"}})}};
  const auto refused = run(keep);
  ASSERT_TRUE(refused) << "it is no reason for the task to end otherwise";
  EXPECT_FALSE(push_output_from(refused->output));
  EXPECT_THAT(remote.at_remote({"for-each-ref", "--format=%(refname)", "refs/heads"}), "refs/heads/main");
}

TEST_F(Git, ASecretIsSeenInWhatGitTakesForBinary) {
  std::string wide("\xff\xfe", 2);
  for (const char c : std::string("key = AKIA"
                                  "ZX4QWERTYUIOPASD\n"))
    wide += {c, '\0'};
  const auto utf16 = run(step({change({{"wide.txt", wide}})}));
  ASSERT_FALSE(utf16);
  EXPECT_EQ(utf16.error().code, "secret_in_diff");
  const auto hidden = run(step({change({{".gitattributes", "*.cfg binary\n"},
                                        {"a.cfg",
                                         "key = AKIA"
                                         "ZX4QWERTYUIOPASD\n"}})}));
  ASSERT_FALSE(hidden);
  EXPECT_EQ(hidden.error().code, "secret_in_diff");
}

}  // namespace
}  // namespace argosy::git
