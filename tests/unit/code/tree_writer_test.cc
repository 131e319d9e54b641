// Promises of writing an edit: inside the repository only, all checks before the first write, modes stay.
#include "common/code/disk/tree_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/core/file.h"

namespace argosy::code {
namespace {

namespace fs = std::filesystem;

class TreeWriter : public ::testing::Test {
 protected:
  void put(const std::string& path, const std::string& bytes, fs::perms mode = fs::perms(0644)) {
    fs::create_directories((root() / path).parent_path());
    ASSERT_TRUE(write_file_atomic(root() / path, bytes));
    fs::permissions(root() / path, mode);
  }
  std::string get(const std::string& path) { return read_file(root() / path).value_or("<none>"); }
  bool executable(const std::string& path) { return (fs::status(root() / path).permissions() & fs::perms::owner_exec) != fs::perms::none; }
  const fs::path& root() const { return dir.path(); }
  TempDir dir{"writer"};
};

TEST_F(TreeWriter, WritesDeletesAndMakesFolders) {
  put("a", "1");
  put("gone/only", "1");
  ASSERT_TRUE(write_edit(root(), {.files = {{"a", "2"}, {"new/dir/b", "3"}, {"gone/only", std::nullopt}}}));
  EXPECT_EQ(get("a"), "2");
  EXPECT_EQ(get("new/dir/b"), "3");
  EXPECT_FALSE(fs::exists(root() / "gone"));
}

TEST_F(TreeWriter, KeepsTheModeOfChangedAndRenamedFiles) {
  put("run", "1", fs::perms(0755));
  put("old", "1", fs::perms(0755));
  put("plain", "1");
  put("onto", "1");
  ASSERT_TRUE(write_edit(root(), {.files = {{"run", "2"}, {"old", std::nullopt}, {"moved/new", "1"}, {"plain", "2"}, {"onto", "1"}},
                                  .renamed_from = {{"moved/new", "old"}, {"onto", "old"}}}));
  EXPECT_TRUE(executable("run"));
  EXPECT_TRUE(executable("moved/new"));
  EXPECT_TRUE(executable("onto"));
  EXPECT_FALSE(executable("plain"));
}

TEST_F(TreeWriter, LetsAFileMakeRoomForAFolderAndBack) {
  put("a", "1");
  ASSERT_TRUE(write_edit(root(), {.files = {{"a", std::nullopt}, {"a/b", "2"}}}));
  EXPECT_EQ(get("a/b"), "2");
  ASSERT_TRUE(write_edit(root(), {.files = {{"a/b", std::nullopt}, {"a", "3"}}}));
  EXPECT_EQ(get("a"), "3");
}

TEST_F(TreeWriter, WritesNothingWhenOnePathIsRefused) {
  const TempDir outside("outside");
  put("a", "1");
  put("file", "1");
  fs::create_symlink(outside.path(), root() / "link");
  fs::create_symlink("a", root() / "alias");
  for (const char* path : {"link/x", "link", "alias", "file/x"}) {
    const auto refused = write_edit(root(), {.files = {{"a", "2"}, {path, "x"}}});
    ASSERT_FALSE(refused) << path;
    EXPECT_EQ(refused.error().code, "path_conflict") << path;
    EXPECT_EQ(get("a"), "1");
  }
  for (const char* path : {"../x", "/x", ".git/config", "b/.git/x", "b/../../x", ""}) {
    const auto refused = write_edit(root(), {.files = {{"a", "2"}, {path, "x"}}});
    ASSERT_FALSE(refused) << path;
    EXPECT_EQ(refused.error().code, "path_unsafe") << path;
  }
  EXPECT_TRUE(fs::is_empty(outside.path()));
}

TEST_F(TreeWriter, DeletesALinkAndNotWhatItPointsTo) {
  put("a", "1");
  fs::create_symlink("a", root() / "alias");
  const auto refused = write_edit(root(), {.files = {{"alias", std::nullopt}}});
  EXPECT_FALSE(refused);
  EXPECT_EQ(get("a"), "1");
}

TEST_F(TreeWriter, KeepsEveryBitOfAMode) {
  put("secret", "1", fs::perms(0600));
  ASSERT_TRUE(write_edit(root(), {.files = {{"secret", "2"}, {"new", "1"}}}));
  EXPECT_EQ(fs::status(root() / "secret").permissions(), fs::perms(0600));
  EXPECT_EQ(fs::status(root() / "new").permissions(), fs::perms(0644));
}

TEST_F(TreeWriter, TakesBackWhatItWroteWhenAWriteFails) {
  put("a", "1");
  put("gone", "1");
  const std::string long_name(300, 'x');  // no file system takes it
  ASSERT_FALSE(write_edit(root(), {.files = {{"a", "2"}, {"dir/b", "2"}, {"gone", std::nullopt}, {long_name, "x"}}}));
  EXPECT_EQ(get("a"), "1");
  EXPECT_EQ(get("gone"), "1");
  EXPECT_FALSE(fs::exists(root() / "dir"));
}

}  // namespace
}  // namespace argosy::code
