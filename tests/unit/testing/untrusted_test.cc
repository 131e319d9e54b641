// What a stranger's program left is read without following it anywhere.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include "common/core/file.h"
#include "workers/testing/runs/test_tree.h"

namespace argosy::testing {
namespace {

namespace fs = std::filesystem;

class Untrusted : public ::testing::Test {
 protected:
  Untrusted() {
    fs::create_directories(root / "deep/er");
    EXPECT_TRUE(write_file_atomic(root / "deep/er/file", "inside"));
    EXPECT_TRUE(write_file_atomic(folder.path() / "secret", "outside"));
  }
  std::string read(const fs::path& file, std::size_t max = 100) const { return read_untrusted(root, file, max); }
  TempDir folder{"untrusted"};
  fs::path root = folder.path() / "root";
};

TEST_F(Untrusted, AFileIsReadUpToTheBound) {
  EXPECT_EQ(read("deep/er/file"), "inside");
  EXPECT_EQ(read("deep/er/file", 3), "ins");
  EXPECT_EQ(read("nothing"), "");
  EXPECT_EQ(read("deep"), "");
}

TEST_F(Untrusted, NoLinkIsFollowed) {
  fs::create_symlink(folder.path() / "secret", root / "link");
  fs::create_symlink("deep/er/file", root / "link_within");
  fs::create_directory_symlink(folder.path(), root / "way_out");
  fs::create_directory_symlink("deep", root / "way_within");
  fs::create_symlink("/proc/self/root/etc/passwd", root / "magic");
  for (const char* file : {"link", "link_within", "way_out/secret", "way_within/er/file", "magic"}) EXPECT_EQ(read(file), "") << file;
  EXPECT_EQ(read_untrusted(root / "way_out", "secret", 100), "") << "the root is no link either";
}

TEST_F(Untrusted, AFileIsPutBackAsItWas) {
  EXPECT_TRUE(put_back(root, "deep/er/file", "before"));
  EXPECT_EQ(read("deep/er/file"), "before");
  EXPECT_TRUE(put_back(root, "deep/er/file", std::nullopt)) << "it was not there";
  EXPECT_FALSE(fs::exists(root / "deep/er/file"));
  EXPECT_TRUE(put_back(root, "gone/folder/file", "before"));
  EXPECT_EQ(read("gone/folder/file"), "before");
  fs::create_directories(root / "folder_now/with");
  EXPECT_TRUE(put_back(root, "folder_now", "before"));
  EXPECT_EQ(read("folder_now"), "before");
}

TEST_F(Untrusted, NothingIsPutBackThroughALink) {
  fs::create_directory(folder.path() / "elsewhere");
  fs::create_directory_symlink(folder.path(), root / "way_out");
  fs::create_directory_symlink("deep", root / "way_within");
  fs::create_symlink(folder.path() / "secret", root / "link");
  EXPECT_TRUE(put_back(root, "way_out/secret", "changed"));
  EXPECT_TRUE(put_back(root, "way_out/secret", std::nullopt));
  EXPECT_TRUE(put_back(root, "way_out/elsewhere/deeper/file", "made"));
  EXPECT_TRUE(put_back(root, "way_within/er/file", "changed"));
  EXPECT_TRUE(put_back(root, "link", "a file"));
  EXPECT_EQ(read_file(folder.path() / "secret").value_or(""), "outside");
  EXPECT_TRUE(fs::is_empty(folder.path() / "elsewhere"));
  EXPECT_EQ(read("deep/er/file"), "inside");
  EXPECT_EQ(read("link"), "a file") << "the link itself is replaced";
}

TEST_F(Untrusted, NothingAboveTheRootIsReached) {
  for (const fs::path& file : {fs::path("../secret"), fs::path("deep/../../secret"), folder.path() / "secret", fs::path("/etc/passwd")})
    EXPECT_EQ(read(file), "") << file;
  EXPECT_EQ(read("deep/../deep/er/file"), "inside");
}

TEST_F(Untrusted, PipesDevicesAndSocketsAreNoFiles) {
  ASSERT_EQ(::mkfifo((root / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(read("pipe"), "") << "and nobody waits for a writer";
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un name{.sun_family = AF_UNIX, .sun_path = {}};
  const auto path = (root / "socket").string();
  ASSERT_LT(path.size(), sizeof name.sun_path);
  path.copy(name.sun_path, path.size());
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
  EXPECT_EQ(read("socket"), "");
  ::close(socket);
  if (::mknod((root / "zero").c_str(), S_IFCHR | 0600, makedev(1, 5)) == 0) EXPECT_EQ(read("zero"), "");
}

TEST_F(Untrusted, ReportsAreFoundInTheirFoldersAndNotBehindLinks) {
  fs::create_directories(root / "module/target/surefire-reports");
  EXPECT_TRUE(write_file_atomic(root / "module/target/surefire-reports/TEST-a.xml", "<a/>"));
  EXPECT_TRUE(write_file_atomic(root / "module/target/surefire-reports/a.txt", ""));
  EXPECT_TRUE(write_file_atomic(root / "module/other.xml", "<a/>"));
  fs::create_directory_symlink(root, root / "module/target/loop");
  fs::create_symlink(folder.path() / "secret", root / "module/target/surefire-reports/TEST-b.xml");
  const auto found = find_reports(root, "surefire-reports", 10);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.front().filename(), "TEST-a.xml");
  EXPECT_TRUE(find_reports(root, "surefire-reports", 0).empty());
}

}  // namespace
}  // namespace argosy::testing
