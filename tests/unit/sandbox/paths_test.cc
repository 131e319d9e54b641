// What a job may bring along, and where it appears.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/sandbox/jobs.h"

namespace argosy::sandbox {
namespace {

namespace fs = std::filesystem;

class SandboxPaths : public SandboxTest {
 protected:
  std::string refusal() {
    const auto done = Sandbox(Class::bwrap).run(job_);
    return done ? "ran" : done.error().code;
  }
};

TEST_F(SandboxPaths, ReadOnlyPathsAppearWhereTheyAreWhoeverMayEnterTheirParents) {
  std::vector<fs::path> parents{"/tmp", "/var/tmp"};
  if (::geteuid() == 0) parents.emplace_back("/root");
  for (const auto& parent : parents) {
    const TempDir closed("argosy-cache", parent);  // 0700
    const auto cache = closed.path() / "deep" / "cache";
    fs::create_directories(cache);
    ASSERT_TRUE(write_file_atomic(cache / "library", "found"));
    job_.read_only = {cache};
    const auto done = shell(fmt::format("cat {0}/library; touch {0}/more || ls {1}/..", cache.string(), closed.path().string()));
    EXPECT_EQ(done.out.substr(0, 5), "found") << done.err;
    EXPECT_FALSE(fs::exists(cache / "more"));
    EXPECT_EQ(done.out.find("workspace"), std::string::npos) << "more of the parent is to be seen than the path";
  }
}

TEST_F(SandboxPaths, APathMayAppearSomewhereElse) {
  const auto modules = folder_.path() / "node_modules";
  fs::create_directories(modules / "left");
  job_.read_only_at = {{"/node_modules", modules}};
  EXPECT_EQ(trimmed(shell("ls /node_modules; touch /node_modules/x 2>/dev/null && echo written").out), "left");
}

TEST_F(SandboxPaths, AWritablePathReceivesReports) {
  for (const char* parent : {"/tmp", "/var/tmp"}) {
    const TempDir folder("argosy-reports", parent);
    const auto reports = folder.path() / "reports";
    fs::create_directory(reports);
    job_.writable = {reports};
    EXPECT_EQ(shell(fmt::format("echo '<testsuite/>' > {}/junit.xml", reports.string())).exit_code, 0);
    EXPECT_EQ(read_file(reports / "junit.xml").value_or("not there"), "<testsuite/>\n");
  }
}

TEST_F(SandboxPaths, PathsThatWouldUndoTheSandboxAreRefused) {
  for (const char* path :
       {"/", "/root", "/home", "/etc", "/proc", "/proc/1", "/dev/disk", "/sys/fs", "/var", "relative", "/usr/../root", "/not-there"}) {
    job_.read_only = {path};
    EXPECT_EQ(refusal(), "sandbox_path_refused") << path;
  }
}

TEST_F(SandboxPaths, APathThatTheProgramMayNotReadIsRefusedBeforehandWithTheRemedy) {
  if (::geteuid() != 0) GTEST_SKIP() << "the program is its own user only when the worker is root";
  const auto closed = folder_.path() / "closed";
  fs::create_directory(closed);
  fs::permissions(closed, fs::perms::owner_all);
  job_.read_only = {closed};
  const auto done = Sandbox(Class::bwrap).run(job_);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "sandbox_path_refused");
  EXPECT_NE(done.error().hint.find("chmod"), std::string::npos);
}

TEST_F(SandboxPaths, JavaNodeAndCompilersFindWhatTheyNeed) {
  EXPECT_EQ(shell("python3 -c 'import ssl, sqlite3, ctypes; print(1)'").exit_code, 0);
  if (::access("/usr/bin/node", X_OK) == 0) EXPECT_EQ(trimmed(shell("node -e 'console.log(6*7)'").out), "42");
  if (::access("/usr/bin/java", X_OK) == 0) {
    ASSERT_TRUE(
        write_file_atomic(job_.workspace / "T.java", "class T { public static void main(String[] a) { System.out.println(6*7); } }"));
    const auto done = shell("java T.java");
    EXPECT_EQ(trimmed(done.out), "42") << done.err;
  }
}

}  // namespace
}  // namespace argosy::sandbox
