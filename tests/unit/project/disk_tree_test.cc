// A folder of strangers, looked at without being led astray.
#include "common/project/disk_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "common/core/file.h"

namespace argosy::project {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;

TEST(DiskTree, ListsFilesAndNeitherLinksNorPipesNorWhatToolsLeave) {
  const TempDir folder("disk-tree");
  const auto& root = folder.path();
  for (const char* sub : {".git", "node_modules/x", "target", "src/target"}) fs::create_directories(root / sub);
  for (const char* file : {"Cargo.toml", ".git/config", "node_modules/x/package.json", "target/a.rs", "src/target/b.rs", "src/a.rs"})
    ASSERT_TRUE(write_file_atomic(root / file, "x"));
  fs::create_symlink("/etc", root / "etc");
  fs::create_symlink("/etc/passwd", root / "passwd.py");
  fs::create_symlink(".", root / "loop");
  ASSERT_EQ(::mkfifo((root / "pipe.py").c_str(), 0644), 0);
  const auto found = disk_tree(root);
  ASSERT_TRUE(found);
  EXPECT_THAT(found->tree.files, ElementsAre("Cargo.toml", "src/a.rs", "src/target/b.rs"));
  EXPECT_FALSE(found->truncated);
  EXPECT_EQ(found->tree.read("src/a.rs"), "x");
  EXPECT_EQ(found->tree.read("passwd.py") + found->tree.read("pipe.py") + found->tree.read("no.py") + found->tree.read("src"), "");
}

TEST(DiskTree, ReadsAtMostWhatItSays) {
  const TempDir folder("disk-tree");
  ASSERT_TRUE(write_file_atomic(folder.path() / "big", std::string(kMaxReadBytes + 10, 'x')));
  EXPECT_EQ(disk_tree(folder.path())->tree.read("big").size(), kMaxReadBytes);
}

TEST(DiskTree, SaysWhatIsWrongWithTheFolder) {
  const TempDir folder("disk-tree");
  ASSERT_TRUE(write_file_atomic(folder.path() / "file", ""));
  EXPECT_EQ(disk_tree(folder.path() / "none").error().message, (folder.path() / "none").string() + " is not there");
  EXPECT_EQ(disk_tree(folder.path() / "file").error().message, (folder.path() / "file").string() + " is no folder");
}

}  // namespace
}  // namespace argosy::project
