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
    const auto at = [&](const char* name) { return (remote.dir() / name).string(); };
    ASSERT_TRUE(write_file_atomic(bin / "ssh",
                                  "#!/bin/sh\n"
                                  "printf '%s\\n' \"$@\" >> " +
                                      at("called") +
                                      "\n"
                                      "if [ -f " +
                                      at("deny") +
                                      " ]; then echo 'git@host: Permission denied (publickey).' >&2; exit 255; fi\n"
                                      "if [ -f " +
                                      at("hang") +
                                      " ]; then exec sleep 3600; fi\n"
                                      "for last; do :; done\n"
                                      "exec sh -c \"$last\"\n"));
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

TEST_F(Ssh, IsGivenUpWhenItHangs) {
  ASSERT_TRUE(write_file_atomic(remote.dir() / "hang", ""));
  auto hasty = options();
  hasty.timeout = std::chrono::milliseconds(200);
  const auto late = Repository::open(hasty, url());
  EXPECT_CODE(late, "git_timeout");
  EXPECT_EQ(late.error().category, Category::transient);
}

TEST_F(Ssh, IsStoppedWhenTheStepIsCancelled) {
  ASSERT_TRUE(write_file_atomic(remote.dir() / "hang", ""));
  auto impatient = options();
  impatient.cancelled = [this] { return fs::exists(remote.dir() / "called"); };  // once the call is out
  EXPECT_CODE(Repository::open(impatient, url()), "cancelled");
}

}  // namespace
}  // namespace argosy::vcs
