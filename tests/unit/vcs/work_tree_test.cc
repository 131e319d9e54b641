// Promises of work trees and patches: bytes, modes and links survive; nothing outside is touched; nothing is left behind.
#include <fstream>

#include "common/core/json.h"
#include "common/vcs/file_lock.h"
#include "common/vcs/git_tree.h"
#include "tests/unit/vcs/fixture.h"

namespace argosy::vcs {
namespace {

namespace fs = std::filesystem;
using Tree = VcsTest;

const std::string kBom = "\xEF\xBB\xBF";

bool executable(const fs::path& path) { return (fs::status(path).permissions() & fs::perms::owner_exec) != fs::perms::none; }

TEST_F(Tree, HasTheBytesOfTheRepositoryWhateverItsAttributesSay) {
  const std::map<std::string, std::string> files{
      {".gitattributes", "* text=auto eol=crlf ident\n*.utf16 working-tree-encoding=UTF-16\n*.lfs filter=lfs diff=lfs merge=lfs\n"},
      {"lf", "a\nb\n"},
      {"crlf", "a\r\nb\r\n"},
      {"mixed", "a\r\nb\nc"},
      {"bom", kBom + "x\r\n"},
      {"x.utf16", "plain\n"},
      {"x.lfs", "version https://git-lfs.github.com/spec/v1\n"},
      {"id", "$Id$\n"},
      {"bin", std::string("\0\r\n\xff", 4)}};
  const auto commit = remote.push_files(files);
  auto repository = open();
  const auto tree = repository->checkout(commit);
  ASSERT_OK(tree);
  for (const auto& [path, text] : files) EXPECT_EQ(bytes((*tree)->path() / path), text) << path;
  EXPECT_EQ((*tree)->diff().value(), "");
}

TEST_F(Tree, CarriesEveryKindOfChangeToAnotherTree) {
  remote.write("run.sh", "#!/bin/sh\n", fs::perms(0755));
  remote.write("plain.sh", "#!/bin/sh\n");
  fs::create_symlink("run.sh", remote.author() / "link");
  const auto commit = remote.push_files({{"crlf.txt", "a\r\nb\r\n"},
                                         {"bom.txt", kBom + "x\r\n"},
                                         {"bin", std::string(300, '\0') + "\xff"},
                                         {"gone", "x"},
                                         {"no-newline", "x"},
                                         {".gitignore", "*.log\n"}});
  auto repository = open();
  auto from = repository->checkout(commit).value();
  const auto write = [&](const std::string& path, const std::string& text) { ASSERT_TRUE(write_file_atomic(from->path() / path, text)); };
  write("crlf.txt", "a\r\nB\r\n");
  write("bom.txt", kBom + "y\r\n");
  write("bin", std::string(300, '\1') + "\xfe");
  write("no-newline", "y");
  write("new file \"q\" ü.txt", "new\n");
  write("kept.log", "ignored by .gitignore, but part of the change\n");
  fs::remove(from->path() / "gone");
  fs::permissions(from->path() / "plain.sh", fs::perms(0755));
  fs::remove(from->path() / "link");
  fs::create_symlink("plain.sh", from->path() / "link");
  const auto patch = from->diff().value();
  ASSERT_FALSE(patch.empty());

  auto to = repository->checkout(commit).value();
  ASSERT_OK(to->apply(patch));
  for (const char* path : {"crlf.txt", "bom.txt", "bin", "no-newline", "new file \"q\" ü.txt", "kept.log", "run.sh"})
    EXPECT_EQ(bytes(to->path() / path), bytes(from->path() / path)) << path;
  EXPECT_FALSE(fs::exists(to->path() / "gone"));
  EXPECT_TRUE(executable(to->path() / "plain.sh"));
  EXPECT_TRUE(executable(to->path() / "run.sh"));
  EXPECT_EQ(fs::read_symlink(to->path() / "link"), "plain.sh");
  EXPECT_EQ(to->diff().value(), patch);

  auto index_only = repository->checkout(commit, Files::index_only).value();
  ASSERT_OK(index_only->apply(patch));
  EXPECT_EQ(index_only->diff().value(), patch);
  EXPECT_TRUE(fs::is_empty(index_only->path()));
}

TEST_F(Tree, MeasuresItsDiffFromTheBaseThatWasSet) {
  const auto commit = remote.push_files({{"a", "1\n"}, {"b", "1\n"}});
  auto repository = open();
  auto tree = repository->checkout(commit).value();
  ASSERT_TRUE(write_file_atomic(tree->path() / "a", "2\n"));
  const auto first = tree->diff().value();
  ASSERT_OK(tree->set_base());
  EXPECT_EQ(tree->diff().value(), "");
  ASSERT_TRUE(write_file_atomic(tree->path() / "b", "2\n"));
  ASSERT_EQ(tree->changes().value().size(), 1u);
  EXPECT_EQ(tree->changes().value()[0].path, "b");
  EXPECT_EQ(tree->changes_from_commit().value().size(), 2u);
  EXPECT_EQ(diff_stat(tree->changes().value()), "1 file changed, 1 insertion(+), 1 deletion(-)");

  const auto second = tree->diff().value();
  auto joined = repository->checkout(commit).value();
  ASSERT_OK(joined->apply(first));
  ASSERT_OK(joined->apply(second));
  EXPECT_EQ(joined->changes_from_commit().value().size(), 2u);
}

TEST_F(Tree, TellsWhatChanged) {
  const auto commit = remote.push_files({{"changed", "1\n2\n"},
                                         {"deleted", "x\n"},
                                         {"old name", "long enough to be found again\nas the same file\n"},
                                         {"bin", std::string(3, '\0')}});
  auto repository = open();
  auto tree = repository->checkout(commit).value();
  ASSERT_TRUE(write_file_atomic(tree->path() / "changed", "1\n3\n4\n"));
  ASSERT_TRUE(write_file_atomic(tree->path() / "added", "y\n"));
  ASSERT_TRUE(write_file_atomic(tree->path() / "bin", std::string(4, '\0')));
  fs::remove(tree->path() / "deleted");
  fs::rename(tree->path() / "old name", tree->path() / "new name");
  const auto changes = tree->changes().value();
  ASSERT_EQ(changes.size(), 5u);
  EXPECT_EQ(changes[0].status + " " + changes[0].path, "added added");
  EXPECT_EQ(changes[1].status + " " + changes[1].path, "modified bin");
  EXPECT_EQ(changes[2].added, 2);
  EXPECT_EQ(changes[2].removed, 1);
  EXPECT_EQ(changes[3].status + " " + changes[3].path, "deleted deleted");
  EXPECT_EQ(changes[4].status + " " + changes[4].old_path + " -> " + changes[4].path, "renamed old name -> new name");
}

TEST_F(Tree, CountsAsGitDoes) {
  EXPECT_EQ(diff_stat({}), "0 files changed, 0 insertions(+), 0 deletions(-)");
  EXPECT_EQ(diff_stat({{"a", "modified", 1, 0}}), "1 file changed, 1 insertion(+)");
  EXPECT_EQ(diff_stat({{"a", "modified", 0, 2}, {"b", "deleted", 0, 1}}), "2 files changed, 3 deletions(-)");
  const auto commit = remote.push_files({{"a", "1\n2\n"}, {"b", "1\n"}});
  auto repository = open();
  auto tree = repository->checkout(commit).value();
  ASSERT_TRUE(write_file_atomic(tree->path() / "a", "1\n3\n4\n"));
  ASSERT_TRUE(write_file_atomic(tree->path() / "c", "1\n"));
  fs::remove(tree->path() / "b");
  remote.write("a", "1\n3\n4\n");
  remote.write("c", "1\n");
  fs::remove(remote.author() / "b");
  remote.git(remote.author(), {"add", "-A"});
  EXPECT_EQ(diff_stat(tree->changes().value()), remote.git(remote.author(), {"diff", "--cached", "--shortstat", "-M"}));
}

TEST_F(Tree, AppliesAllOfAPatchOrNothing) {
  const auto commit = remote.push_files({{"a", "1\n"}, {"dir/b", "1\n"}});
  auto repository = open();
  auto tree = repository->checkout(commit).value();
  const std::string patch =
      "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-1\n+2\n"
      "diff --git a/dir/b b/dir/b\n--- a/dir/b\n+++ b/dir/b\n@@ -1 +1 @@\n-something else\n+2\n";
  const auto refused = tree->apply(patch);
  EXPECT_CODE(refused, "patch_does_not_apply");
  EXPECT_EQ(refused.error().category, Category::needs_user);
  EXPECT_EQ(refused.error().details, R"({"files":["dir/b"]})");
  EXPECT_EQ(bytes(tree->path() / "a"), "1\n");
  EXPECT_EQ(tree->diff().value(), "");
  EXPECT_FALSE(repository->applies(commit, patch).value());
  EXPECT_TRUE(repository->applies(commit, patch.substr(0, patch.find("diff --git a/dir"))).value());
  EXPECT_CODE(tree->apply("no patch at all"), "patch_does_not_apply");
  EXPECT_CODE(tree->apply(""), "patch_does_not_apply");
}

TEST_F(Tree, TakesAPatchWhoseLastLineFeedWasLost) {
  const auto commit = remote.push_files({{"a", "1\n"}});
  auto repository = open();
  auto tree = repository->checkout(commit).value();
  ASSERT_OK(tree->apply("--- a/a\n+++ b/a\n@@ -1 +1 @@\n-1\n+2"));
  EXPECT_EQ(bytes(tree->path() / "a"), "2\n");
}

TEST_F(Tree, RefusesPatchesThatLeaveTheRepository) {
  const auto outside = remote.dir() / "outside";
  fs::create_directories(outside);
  fs::create_symlink(outside, remote.author() / "way-out");
  const auto commit = remote.push_files({{"a", "1\n"}});
  auto repository = open();
  auto tree = repository->checkout(commit).value();
  const auto creating = [](const std::string& path) {
    return "diff --git a/" + path + " b/" + path + "\nnew file mode 100644\n--- /dev/null\n+++ b/" + path + "\n@@ -0,0 +1 @@\n+x\n";
  };
  const auto linking = [](const std::string& path, const std::string& target) {
    return "diff --git a/" + path + " b/" + path + "\nnew file mode 120000\n--- /dev/null\n+++ b/" + path + "\n@@ -0,0 +1 @@\n+" + target +
           "\n\\ No newline at end of file\n";
  };
  for (const auto& patch :
       {creating("../escaped"), creating(".git/hooks/post-checkout"), creating(".GIT/config"), creating("way-out/escaped"),
        creating("sub/.git/config"), linking("fresh", outside.string()) + creating("fresh/escaped")})
    EXPECT_CODE(tree->apply(patch), "patch_does_not_apply");
  EXPECT_TRUE(fs::is_empty(outside));
  EXPECT_FALSE(fs::exists(tree->path() / "../escaped"));
  EXPECT_EQ(tree->diff().value(), "");
}

TEST_F(Tree, RunsNoFilterHookOrMonitorOfTheRepository) {
  const auto marker = remote.dir() / "ran";
  const auto run_it = "touch " + marker.string();
  const auto commit =
      remote.push_files({{".gitattributes", "* filter=evil\n"},
                         {".gitconfig", "[core]\n\tfsmonitor = " + run_it + "\n"},
                         {".gitmodules", "[submodule \"x\"]\n\tpath = x\n\turl = ext::sh -c " + run_it + "\n\tupdate = !" + run_it + "\n"},
                         {"hooks/post-checkout", "#!/bin/sh\n" + run_it + "\n"},
                         {"a", "1\n"}});
  auto repository = open();
  auto tree = repository->checkout(commit).value();
  ASSERT_TRUE(write_file_atomic(tree->path() / "a", "2\n"));
  const auto patch = tree->diff().value();
  ASSERT_OK(repository->checkout(commit).value()->apply(patch));
  EXPECT_FALSE(fs::exists(marker));
}

TEST_F(Tree, LeavesNothingBehindInTheMirrorOrOnTheDisk) {
  const auto commit = remote.push_files({{"a", "1\n"}});
  auto repository = open();
  const auto count = [&] { return std::distance(fs::recursive_directory_iterator(mirror_home()), fs::recursive_directory_iterator()); };
  const auto before = count();
  {
    auto tree = repository->checkout(commit).value();
    ASSERT_TRUE(write_file_atomic(tree->path() / "a", "2\n"));
    ASSERT_OK(tree->diff());
    EXPECT_TRUE(fs::exists(tree->path()));
  }
  EXPECT_EQ(count(), before);
  for (const auto& entry : fs::directory_iterator(remote.work_dir() / "trees")) EXPECT_FALSE(entry.is_directory()) << entry.path();
}

TEST_F(Tree, SweepsFoldersOfTheDeadAndSparesTheLiving) {
  const auto commit = remote.push_files({{"a", "1\n"}});
  auto repository = open();
  const auto alive = repository->checkout(commit).value();
  const auto trees = remote.work_dir() / "trees";
  fs::create_directories(trees / "tree-of-a-killed-process/tree");
  sweep_trees(trees);
  EXPECT_FALSE(fs::exists(trees / "tree-of-a-killed-process"));
  EXPECT_EQ(bytes(alive->path() / "a"), "1\n");
}

TEST_F(Tree, LeavesSubmodulesAsTheyAre) {
  remote.write("a", "1\n");
  remote.git(remote.author(), {"update-index", "--add", "--cacheinfo", "160000," + std::string(40, 'a') + ",sub"});
  fs::create_directories(remote.author() / "sub");
  const auto commit = remote.push();
  auto repository = open();
  auto tree = repository->checkout(commit).value();
  EXPECT_TRUE(fs::is_directory(tree->path() / "sub"));
  ASSERT_TRUE(write_file_atomic(tree->path() / "a", "2\n"));
  ASSERT_EQ(tree->changes().value().size(), 1u);
  EXPECT_EQ(tree->changes().value()[0].path, "a");
}

TEST_F(Tree, ListsItsFilesWithTheirModes) {
  remote.write("run", "x", fs::perms(0755));
  fs::create_symlink("run", remote.author() / "link");
  const auto commit = remote.push_files({{"plain", "x"}});
  auto repository = open();
  auto tree = repository->checkout(commit).value();
  ASSERT_TRUE(write_file_atomic(tree->path() / "untracked", "y"));
  std::vector<std::string> seen;
  for (const auto& file : tree->files().value()) seen.push_back(file.mode + " " + file.path);
  EXPECT_THAT(seen, ::testing::ElementsAre("120000 link", "100644 plain", "100755 run", "100644 untracked"));
}

}  // namespace
}  // namespace argosy::vcs
