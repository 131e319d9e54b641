// Promises of writing an edit: inside the repository only, all checks before the first write, modes stay.
#include "workers/codegen/tree_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/core/file.h"

namespace argosy::codegen {
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

TEST(Links, StayInsideTheRepository) {
  EXPECT_TRUE(link_stays_inside("a", "b"));
  EXPECT_TRUE(link_stays_inside("dir/a", "../b"));
  EXPECT_TRUE(link_stays_inside("dir/a", "sub/.././../b"));
  for (const auto& [path, target] : std::vector<std::pair<std::string, std::string>>{{"a", "/etc/passwd"},
                                                                                     {"a", "../b"},
                                                                                     {"dir/a", "../../b"},
                                                                                     {"dir/a", "x/../../../b"},
                                                                                     {"a", ""},
                                                                                     {"a", ".git/config"},
                                                                                     {"d/a", "../.git"}})
    EXPECT_FALSE(link_stays_inside(path, target)) << path << " -> " << target;
}

}  // namespace
}  // namespace argosy::codegen
