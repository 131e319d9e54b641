// Promises of reading a repository's past: who wrote a line, and what touched a file, of the branch that was asked about and nothing else.
#include <gmock/gmock.h>

#include "tests/unit/vcs/fixture.h"

namespace argosy::vcs {
namespace {

using History = VcsTest;

TEST_F(History, TellsWhoWroteEachLine) {
  remote.write("src/a.py", "one\ntwo\nthree\n");
  const auto first = remote.push("begin");
  remote.write("src/a.py", "one\n2\nthree\n");
  const auto second = remote.push("count: in figures\n\nbody");
  const auto repository = open();
  ASSERT_TRUE(repository);
  const auto lines = repository->blame(second, "src/a.py", 2, 3);
  ASSERT_TRUE(lines) << to_string(lines.error());
  ASSERT_EQ(lines->size(), 2u);
  EXPECT_EQ(lines->at(0).line, 2);
  EXPECT_EQ(lines->at(0).from.commit, second);
  EXPECT_EQ(lines->at(0).from.subject, "count: in figures");
  EXPECT_GT(lines->at(0).from.time_ms, 1'500'000'000'000);
  EXPECT_EQ(lines->at(1).from.commit, first);
  EXPECT_EQ(repository->blame(first, "src/a.py", 2, 2)->at(0).from.commit, first) << "what came later is not in its history";
}

TEST_F(History, HasNothingToSayOfWhatIsNotThere) {
  const auto tip = remote.push_files({{"a", "1\n"}});
  const auto repository = open();
  EXPECT_TRUE(repository->blame(tip, "b", 1, 1)->empty());
  EXPECT_TRUE(repository->blame(tip, "a", 7, 9)->empty());
  EXPECT_TRUE(repository->blame(tip, "a", 9, 7)->empty());
  EXPECT_EQ(repository->blame(tip, "a", 1, 9)->size(), 1u);
  EXPECT_TRUE(repository->past(tip, "b", 3)->empty());
}

TEST_F(History, NamesTheNewestCommitsOfAFile) {
  const auto first = remote.push_files({{"a*", "1\n"}, {"ab", "1\n"}}, "one");
  remote.push_files({{"ab", "2\n"}}, "of the other file");
  const auto third = remote.push_files({{"a*", "3\n"}}, "three");
  const auto repository = open();
  const auto past = repository->past(third, "a*", 5);
  ASSERT_TRUE(past) << to_string(past.error());
  ASSERT_EQ(past->size(), 2u) << "a name is no pattern";
  EXPECT_EQ(past->at(0).commit, third);
  EXPECT_EQ(past->at(0).subject, "three");
  EXPECT_EQ(past->at(1).commit, first);
  EXPECT_EQ(repository->past(third, "a*", 1)->size(), 1u);
}

TEST_F(History, KnowsTheLastReleaseBeforeACommitByItsTag) {
  const auto tag = [&](const std::string& name, std::vector<std::string> how) {
    std::vector<std::string> args{"tag"};
    args.insert(args.end(), how.begin(), how.end());
    args.push_back(name);
    remote.git(remote.author(), args);
    remote.git(remote.author(), {"push", "-q", "origin", "refs/tags/" + name});
  };
  const auto first = remote.push_files({{"a", "1\n"}});
  tag("v1.0", {"-a", "-m", "the first"});
  const auto second = remote.push_files({{"a", "2\n"}, {"b", "2\n"}});
  const auto third = remote.push_files({{"a", "3\n"}});
  tag("v1.1", {});
  const auto repository = open();
  const auto of = [&](const std::string& commit) {
    auto found = repository->last_release(commit);
    EXPECT_TRUE(found && *found) << commit;
    return found && *found ? **found : Earlier{};
  };
  EXPECT_EQ(of(third).commit, first) << "a commit is no release before itself";
  EXPECT_EQ(of(third).tag, "v1.0");
  EXPECT_EQ(of(third).commits, 2);
  EXPECT_EQ(of(second).commit, first);
  EXPECT_FALSE(*repository->last_release(first)) << "nothing was before it";
  const auto changes = repository->changes_between(first, third);
  ASSERT_TRUE(changes) << to_string(changes.error());
  ASSERT_EQ(changes->size(), 2u);
  EXPECT_EQ(changes->at(0).path, "a");
  EXPECT_EQ(changes->at(0).status, "modified");
  EXPECT_EQ(changes->at(1).status, "added");
}

TEST_F(History, GoesBackALittleWhereNothingIsTagged) {
  std::vector<std::string> commits;
  for (const char* bytes : {"1\n", "2\n", "3\n"}) commits.push_back(remote.push_files({{"a", bytes}}));
  const auto found = open()->last_release(commits.back());
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->commit, commits.front());
  EXPECT_EQ((*found)->tag, "");
  EXPECT_EQ((*found)->commits, 2);
}

}  // namespace
}  // namespace argosy::vcs
