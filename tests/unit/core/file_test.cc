// Promises of the file helpers.
#include "common/core/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <thread>

namespace argosy {
namespace {

namespace fs = std::filesystem;

unsigned mode_of(const fs::path& path) {
  struct stat info{};
  EXPECT_EQ(::stat(path.c_str(), &info), 0);
  return info.st_mode & 07777;
}

std::ptrdiff_t entries(const fs::path& folder) { return std::ranges::distance(fs::directory_iterator(folder), fs::directory_iterator()); }

TEST(File, BytesGoThereAndBack) {
  const TempDir folder;
  const std::string bytes = std::string("a\0b\r\n", 5) + std::string(200'000, 'x');
  ASSERT_TRUE(write_file_atomic(folder.path() / "f", bytes));
  EXPECT_EQ(*read_file(folder.path() / "f"), bytes);
}

TEST(File, ReadsNoMoreThanTheBound) {
  const TempDir folder;
  ASSERT_TRUE(write_file_atomic(folder.path() / "f", "12345"));
  EXPECT_EQ(*read_file(folder.path() / "f", 5), "12345");
  EXPECT_EQ(read_file(folder.path() / "f", 4).error().code, "file_too_large");
  EXPECT_EQ(read_file("/dev/zero", 1u << 20).error().code, "file_too_large");  // no size tells it
}

TEST(File, SaysWhyItCannotRead) {
  EXPECT_EQ(read_file("/nonexistent/x").error().code, "file_not_found");
  EXPECT_EQ(read_file("/tmp").error().code, "file_unreadable");
}

TEST(File, KeepsTheModeOfAFileThatWasThere) {
  const TempDir folder;
  ASSERT_TRUE(write_file_atomic(folder.path() / "script", "1", 0755));
  EXPECT_EQ(mode_of(folder.path() / "script"), 0755u);
  ASSERT_TRUE(write_file_atomic(folder.path() / "script", "2", 0600));
  EXPECT_EQ(mode_of(folder.path() / "script"), 0755u);
  EXPECT_EQ(*read_file(folder.path() / "script"), "2");
}

TEST(File, AFailedWriteLeavesNothingBehind) {
  const TempDir folder;
  fs::create_directory(folder.path() / "is-a-folder");
  EXPECT_EQ(write_file_atomic(folder.path() / "is-a-folder", "x").error().code, "file_unwritable");
  EXPECT_EQ(write_file_atomic(folder.path() / "no" / "such", "x").error().code, "file_unwritable");
  EXPECT_EQ(entries(folder.path()), 1);
}

TEST(File, AReplacedLinkLeavesItsTargetAlone) {
  const TempDir folder;
  ASSERT_TRUE(write_file_atomic(folder.path() / "target", "old"));
  fs::create_symlink("target", folder.path() / "link");
  ASSERT_TRUE(write_file_atomic(folder.path() / "link", "new"));
  EXPECT_EQ(*read_file(folder.path() / "target"), "old");
  EXPECT_EQ(*read_file(folder.path() / "link"), "new");
}

TEST(TempDir, GoesWithAllThatIsInIt) {
  fs::path path;
  {
    const TempDir folder("prefix");
    path = folder.path();
    EXPECT_TRUE(path.filename().string().starts_with("prefix-"));
    EXPECT_EQ(mode_of(path), 0700u);
    fs::create_directories(path / "a" / "b");
    ASSERT_TRUE(write_file_atomic(path / "a" / "b" / "f", "x"));
    fs::permissions(path / "a" / "b", fs::perms::owner_read | fs::perms::owner_exec);  // as module caches leave them
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST(TempDir, BelongsToWhomItWasMovedTo) {
  TempDir first;
  const fs::path path = first.path();
  {
    const TempDir second(std::move(first));
    EXPECT_EQ(second.path(), path);
  }
  EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace argosy
