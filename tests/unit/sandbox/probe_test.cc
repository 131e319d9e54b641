// The probe's word is kept, for root and for an ordinary user; and it says what is missing.
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

#include "tests/unit/sandbox/jobs.h"

namespace argosy::sandbox {
namespace {

class SandboxProbe : public SandboxTest {};

constexpr const char* kThisProgram = "/proc/self/exe";

TEST_F(SandboxProbe, FindsTheSandboxUsableHere) {
  EXPECT_EQ(Sandbox::probe(Class::bwrap).value_or("usable"), "usable");
  EXPECT_EQ(Sandbox::probe(Class::none), std::nullopt);
}

// Not a test of its own: the next one runs it where namespaces are switched off.
TEST_F(SandboxProbe, DISABLED_PrintsWhatItFinds) { std::printf("[%s]\n", Sandbox::probe(Class::bwrap).value_or("usable").c_str()); }

TEST_F(SandboxProbe, SaysWhichSwitchForbidsUserNamespaces) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root's sandbox switches namespaces off by that file";
  const auto program = std::filesystem::read_symlink(kThisProgram);
  job_.read_only = {program};
  job_.argv = {program.string(), "--gtest_also_run_disabled_tests", "--gtest_filter=SandboxProbe.DISABLED_PrintsWhatItFinds"};
  const auto done = run();
  EXPECT_NE(done.out.find("/proc/sys/user/max_user_namespaces is 0: sysctl user.max_user_namespaces="), std::string::npos)
      << done.out << done.err;
}

TEST_F(SandboxProbe, ASandboxThatCannotStartIsNotAProgramThatFailed) {
  job_.argv = {"/bin/true"};
  job_.read_only_at = {{"/usr/no/such/place", "/usr/share"}};  // cannot be made below a read-only system
  const auto done = Sandbox(Class::bwrap).run(job_);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "sandbox_unavailable");
  EXPECT_EQ(done.error().category, Category::transient);
}

TEST_F(SandboxProbe, WithoutASandboxTheSameBoundsHold) {
  job_.argv = {"/bin/sh", "-c", "pwd; echo $GIVEN $ARGOSY_TEST_SECRET; yes"};
  job_.env = {{"GIVEN", "yes"}};
  job_.limits.wall = std::chrono::milliseconds(500);
  job_.limits.output_bytes = 10'000;
  ::setenv("ARGOSY_TEST_SECRET", "secret", 1);
  const auto done = Sandbox(Class::none).run(job_);
  ::unsetenv("ARGOSY_TEST_SECRET");
  ASSERT_TRUE(done);
  EXPECT_TRUE(done->timed_out);
  EXPECT_EQ(done->out.size(), 10'000u);
  EXPECT_EQ(done->out.substr(0, job_.workspace.string().size() + 5), job_.workspace.string() + "\nyes\n");
}

// All promises of this program again, kept for `nobody`: started from a descriptor, because the build may lie where only root can enter.
TEST(SandboxForAnOrdinaryUser, KeepsEveryPromise) {
  if (::geteuid() != 0) GTEST_SKIP() << "this is the run as an ordinary user";
  const auto* user = ::getpwnam("nobody");
  ASSERT_NE(user, nullptr);
  const int program = ::open(kThisProgram, O_RDONLY | O_CLOEXEC);
  ASSERT_GE(program, 0);
  const pid_t child = ::fork();
  if (child == 0) {
    char name[] = "test_unit_sandbox", filter[] = "--gtest_filter=-SandboxProbe.SaysWhich*", brief[] = "--gtest_brief=1";
    char* arguments[] = {name, filter, brief, nullptr};
    char home[] = "HOME=/nonexistent", path[] = "PATH=/usr/bin:/bin", profile[] = "LLVM_PROFILE_FILE=/dev/null";
    char* environment[] = {home, path, profile, nullptr};
    if (::chdir("/") != 0 || ::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0) ::_exit(99);
    ::fexecve(program, arguments, environment);
    ::_exit(98);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace argosy::sandbox
