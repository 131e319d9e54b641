// Promises about ssh: no prompts, no user configuration, nothing of the address read as an option. A script stands in for the ssh program:
// it notes how it was called and runs the remote command here.
#include <cstdlib>

#include "tests/unit/vcs/fixture.h"

namespace argosy::vcs {
namespace {

namespace fs = std::filesystem;

class Ssh : public VcsTest {
 protected:
  void SetUp() override {
    const auto bin = remote.dir() / "bin";
    fs::create_directories(bin);
    ASSERT_TRUE(write_file_atomic(
        bin / "ssh",
        "#!/bin/sh\nprintf '%s\\n' \"$@\" >> " + (remote.dir() / "called").string() + "\nif [ -f " + (remote.dir() / "deny").string() +
            " ]; then echo 'git@host: Permission denied (publickey).' >&2; exit 255; fi\nfor last; do :; done\nexec sh -c \"$last\"\n"));
    fs::permissions(bin / "ssh", fs::perms(0755));
    path = std::getenv("PATH");
    ::setenv("PATH", (bin.string() + ":" + path).c_str(), 1);
    commit = remote.push_files({{"a", "1\n"}});
  }
  void TearDown() override { ::setenv("PATH", path.c_str(), 1); }
  std::string url() const { return "ssh://git@host.example.org:2222" + remote.remote().string(); }

  std::string path, commit;
};

TEST_F(Ssh, IsAskedInBatchModeWithoutTheUsersConfiguration) {
  const auto repository = Repository::open(options(), url());
  ASSERT_OK(repository);
  EXPECT_EQ((*repository)->resolve("")->first, commit);
  const auto called = bytes(remote.dir() / "called");
  EXPECT_THAT(called, ::testing::StartsWith("-F\n/dev/null\n-o\nBatchMode=yes\n-o\nStrictHostKeyChecking=yes\n"));
  EXPECT_THAT(called, ::testing::HasSubstr("-p\n2222\n"));
  EXPECT_THAT(called, ::testing::HasSubstr("git@host.example.org\n"));
}

TEST_F(Ssh, TakesARefusedKeyForTheUsersToMend) {
  ASSERT_TRUE(write_file_atomic(remote.dir() / "deny", ""));
  const auto refused = Repository::open(options(), url());
  EXPECT_CODE(refused, "authentication_failed");
  EXPECT_EQ(refused.error().category, Category::needs_user);
}

}  // namespace
}  // namespace argosy::vcs
