// Promises of the push: the same input gives the same commit, nothing is done twice, nothing of anybody else is overwritten.
#include "tests/unit/vcs/fixture.h"

namespace argosy::vcs {
namespace {

namespace fs = std::filesystem;

class Push : public VcsTest {
 protected:
  void SetUp() override {
    base = remote.push_files({{"a", "1\n"}, {"b", "1\n"}});
    repository = open();
    ASSERT_TRUE(repository);
  }
  Result<PushOutcome> push(const std::string& text, const std::string& message = "refactor: x\n\nArgosy-Task: 17\n") {
    auto tree = repository->checkout(base).value();
    EXPECT_TRUE(write_file_atomic(tree->path() / "a", text));
    return repository->commit_and_push(
        *tree, base, branch,
        {.message = message, .author_name = "Argosy", .author_email = "argosy@example.org", .time_ms = 1'700'000'000'123},
        "Argosy-Task: 17");
  }
  std::string tip() const { return remote.at_remote({"rev-parse", "refs/heads/" + branch}); }

  std::string base, branch = "argosy/20261121-x";
  std::unique_ptr<Repository> repository;
};

TEST_F(Push, MakesTheBranchOnTheBaseWithTheGivenIdentity) {
  const auto pushed = push("2\n");
  ASSERT_OK(pushed);
  EXPECT_FALSE(pushed->already_there);
  EXPECT_EQ(tip(), pushed->commit);
  EXPECT_EQ(remote.at_remote({"log", "-1", "--format=%an %ae %at %cn %ct|%s|%P", branch}),
            "Argosy argosy@example.org 1700000000 Argosy 1700000000|refactor: x|" + base);
  EXPECT_EQ(remote.at_remote({"diff", "--name-only", base, branch}), "a");
}

TEST_F(Push, GivesTheSameCommitForTheSameInputAndDoesNothingTwice) {
  const auto first = push("2\n");
  const auto second = push("2\n");
  ASSERT_OK(second);
  EXPECT_EQ(second->commit, first->commit);
  EXPECT_TRUE(second->already_there);

  // On another machine, and with the branch gone.
  remote.at_remote({"update-ref", "-d", "refs/heads/" + branch});
  fs::remove_all(remote.work_dir());
  const auto third = push("2\n");
  ASSERT_OK(third);
  EXPECT_EQ(third->commit, first->commit);
  EXPECT_FALSE(third->already_there);
}

TEST_F(Push, RecognisesItsOwnBranchByTrailerAndTree) {
  const auto first = push("2\n", "refactor: worded otherwise by an older version\n\nArgosy-Task: 17\n");
  const auto second = push("2\n");
  ASSERT_OK(second);
  EXPECT_TRUE(second->already_there);
  EXPECT_EQ(second->commit, first->commit);
}

TEST_F(Push, LeavesAForeignBranchAlone) {
  remote.write("a", "theirs\n");
  const auto theirs = remote.push("their work", branch);
  const auto refused = push("2\n");
  EXPECT_CODE(refused, "branch_taken");
  EXPECT_EQ(refused.error().category, Category::needs_user);
  EXPECT_EQ(tip(), theirs);
}

TEST_F(Push, IsNotFooledByATrailerInTheMiddleOfAMessage) {
  remote.write("a", "2\n");
  const auto theirs = remote.push("quotes\n\nArgosy-Task: 17\n\nand goes on", branch);
  EXPECT_CODE(push("2\n"), "branch_taken");
  EXPECT_EQ(tip(), theirs);
}

TEST_F(Push, RefusesItsOwnBranchWithAnotherResult) {
  const auto first = push("2\n");
  EXPECT_CODE(push("3\n"), "branch_taken");
  EXPECT_EQ(tip(), first->commit);
}

TEST_F(Push, RefusesItsOwnResultOnAnotherBase) {
  const auto first = push("2\n");
  base = remote.push("another commit with the same files");
  ASSERT_OK(repository->fetch());
  EXPECT_CODE(push("2\n"), "branch_taken");
  EXPECT_EQ(tip(), first->commit);
}

TEST_F(Push, SaysThatABranchStandsInTheWay) {
  remote.push("x", "argosy");
  EXPECT_CODE(push("2\n"), "branch_taken");
}

TEST_F(Push, SaysWhatTheRemotesOwnRulesSay) {
  const auto hook = remote.remote() / "hooks/pre-receive";
  ASSERT_TRUE(write_file_atomic(hook, "#!/bin/sh\necho 'no branches on Fridays' >&2\nexit 1\n"));
  fs::permissions(hook, fs::perms(0755));
  const auto refused = push("2\n");
  EXPECT_CODE(refused, "push_rejected");
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("no branches on Fridays"));
}

TEST_F(Push, RefusesNamesThatAreNoBranches) {
  for (const char* name : {"-x", "a..b", "a b", "x.lock", "", "a~1", "@{x}"}) {
    branch = name;
    EXPECT_CODE(push("2\n"), "branch_name_invalid");
  }
}

TEST_F(Push, RefusesToPushNothing) { EXPECT_CODE(push("1\n"), "nothing_to_commit"); }

TEST_F(Push, TakesARemoteThatWentAwayForTheUsersToFind) {
  auto tree = repository->checkout(base).value();
  ASSERT_TRUE(write_file_atomic(tree->path() / "a", "2\n"));
  fs::rename(remote.remote(), remote.dir() / "moved");
  EXPECT_CODE(
      repository->commit_and_push(*tree, base, branch, {.message = "x", .author_name = "A", .author_email = "a@b", .time_ms = 0}, "T: 1"),
      "repository_not_found");
}

}  // namespace
}  // namespace argosy::vcs
