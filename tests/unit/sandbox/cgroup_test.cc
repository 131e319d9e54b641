// Control groups: what is written where, over a fake tree for each version (this machine has at most one of them), and the real thing where
// this process may make groups.
#include <gmock/gmock.h>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "common/sandbox/limits/cgroup.h"
#include "tests/unit/sandbox/jobs.h"

namespace argosy::sandbox {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const CgroupLimits kLimits{.memory_bytes = 1 << 20, .processes = 7, .cpus = 1.5, .io_bytes_per_second = 1000, .io_of = "/tmp"};

class FakeMachine : public ::testing::Test {
 protected:
  void file(const std::string& path, std::string_view text) {
    fs::create_directories((folder_.path() / path).parent_path());
    ASSERT_TRUE(write_file_atomic(folder_.path() / path, text));
  }
  std::string content(const fs::path& path) {
    const auto text = read_file(folder_.path() / path);
    return text ? *text : "";
  }
  // The one group that was made in `parent`.
  fs::path group(const std::string& parent) {
    for (const auto& entry : fs::directory_iterator(folder_.path() / parent))
      if (entry.path().filename().string().starts_with("argosy-") && entry.path().filename() != "argosy-worker") return entry.path();
    return {};
  }
  void version_2(std::string_view controllers) {
    file("proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n");
    file("proc/self/cgroup", "0::/system.slice/argosy.service\n");
    file("sys/fs/cgroup/system.slice/argosy.service/cgroup.controllers", controllers);
  }
  CgroupRoots detect() { return CgroupRoots::detect(folder_.path()); }

  TempDir folder_{"fake-machine"};
};

TEST_F(FakeMachine, Version2HandsItsControllersOnFromAGroupWithoutProcesses) {
  version_2("cpuset cpu io memory pids\n");
  const auto roots = detect();
  EXPECT_EQ(roots.version(), 2);
  for (const auto resource : {Resource::memory, Resource::pids, Resource::cpu}) EXPECT_TRUE(roots.limits(resource)) << to_string(resource);
  const fs::path own = "sys/fs/cgroup/system.slice/argosy.service";
  EXPECT_EQ(content(own / "argosy-worker/cgroup.procs"), std::to_string(::getpid()));
  EXPECT_EQ(content(own / "cgroup.subtree_control"), "+memory +pids +cpu +io");
}

TEST_F(FakeMachine, Version2GetsEveryLimitInItsOwnWords) {
  version_2("cpu memory pids");
  const auto roots = detect();
  const auto made = roots.make(kLimits);
  ASSERT_TRUE(made) << to_string(made.error());
  EXPECT_EQ(made->entries().size(), 1u);
  std::string found;
  for (const auto& entry : fs::directory_iterator(folder_.path() / "sys/fs/cgroup/system.slice/argosy.service")) {
    if (!entry.is_directory() || content(fs::relative(entry.path(), folder_.path()) / "pids.max") != "7") continue;
    found = fs::relative(entry.path(), folder_.path());
  }
  ASSERT_NE(found, "");
  EXPECT_EQ(content(fs::path(found) / "memory.max"), "1048576");
  EXPECT_EQ(content(fs::path(found) / "memory.oom.group"), "1");
  EXPECT_EQ(content(fs::path(found) / "cpu.max"), "150000 100000");
}

TEST_F(FakeMachine, Version2WithoutControllersIsNoneAndSaysSo) {
  version_2("");
  const auto roots = detect();
  EXPECT_EQ(roots.version(), 0);
  EXPECT_THAT(roots.problem(Resource::memory).value_or(""), HasSubstr("memory"));
}

TEST_F(FakeMachine, Version2ThatIsNotDelegatedSaysWhatToDo) {
  if (::geteuid() == 0) GTEST_SKIP() << "root writes everywhere";
  version_2("memory");
  fs::permissions(folder_.path() / "sys/fs/cgroup/system.slice/argosy.service", fs::perms(0500));
  EXPECT_THAT(detect().problem(Resource::memory).value_or(""), HasSubstr("Delegate=yes"));
}

TEST_F(FakeMachine, Version1LimitsEachResourceInItsOwnHierarchyBelowTheProcesssGroup) {
  file("proc/self/mountinfo",
       "31 23 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
       "32 23 0:28 /docker/ab /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
       "33 23 0:29 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n");
  file("proc/self/cgroup", "9:memory:/some/group\n8:cpu,cpuacct:/docker/ab\n7:pids:/\n0::/\n");
  for (const char* folder : {"sys/fs/cgroup/memory/some/group", "sys/fs/cgroup/cpu,cpuacct", "sys/fs/cgroup/pids"})
    fs::create_directories(folder_.path() / folder);
  const auto roots = detect();
  EXPECT_EQ(roots.version(), 1);
  EXPECT_THAT(roots.problem(Resource::io).value_or(""), HasSubstr("blkio"));
  const auto made = roots.make(kLimits);
  ASSERT_TRUE(made) << to_string(made.error());
  EXPECT_EQ(made->entries().size(), 3u);
  bool found = false;
  for (const auto& entry : fs::directory_iterator(folder_.path() / "sys/fs/cgroup/cpu,cpuacct"))
    found = found || content(fs::relative(entry.path(), folder_.path()) / "cpu.cfs_quota_us") == "150000";
  EXPECT_TRUE(found);
  EXPECT_NE(group("sys/fs/cgroup/memory/some/group"), "");
}

TEST_F(FakeMachine, WithoutControlGroupsEveryResourceSaysWhy) {
  file("proc/self/mountinfo", "");
  const auto roots = detect();
  EXPECT_EQ(roots.version(), 0);
  for (const auto resource : kResources) EXPECT_NE(roots.problem(resource).value_or(""), "");
}

class RealCgroups : public SandboxTest {
 protected:
  void SetUp() override {
    if (CgroupRoots::shared().version() == 0) GTEST_SKIP() << CgroupRoots::shared().problem(Resource::memory).value_or("");
  }
};

TEST_F(RealCgroups, AMemoryHogIsKilledByTheKernelAndToldSo) {
  job_.limits.memory_bytes = 64 << 20;
  job_.limits.wall = std::chrono::seconds(30);
  const auto done = python("x = bytearray(1 << 30)\nfor i in range(0, len(x), 4096): x[i] = 1");
  EXPECT_TRUE(done.out_of_memory);
  EXPECT_FALSE(done.timed_out);
}

TEST_F(RealCgroups, AForkBombMeetsItsBoundInTheGroup) {
  job_.limits.processes = 20;
  const auto done = shell("for i in $(seq 100); do sleep 5 & done 2>&1; echo over");
  EXPECT_THAT(done.out + done.err, HasSubstr("fork"));
}

TEST_F(RealCgroups, AGroupOfADeadWorkerIsSweptWithWhatRunsInIt) {
  int told[2];
  ASSERT_EQ(::pipe(told), 0);
  const pid_t worker = ::fork();
  if (worker == 0) {
    const auto group = CgroupRoots::shared().make(kLimits);
    const pid_t left = ::fork();
    if (left == 0) {
      for (const int entry : group->entries())
        if (::write(entry, "0", 1) != 1) ::_exit(1);
      if (::write(told[1], "x", 1) == 1) ::pause();
      ::_exit(0);
    }
    [[maybe_unused]] const auto wrote = ::write(told[1], &left, sizeof left);
    ::pause();
  }
  // Both of them have spoken, in any order.
  std::string said;
  char buffer[64];
  while (said.size() < sizeof(pid_t) + 1) {
    const auto got = ::read(told[0], buffer, sizeof buffer);
    ASSERT_GT(got, 0);
    said.append(buffer, static_cast<std::size_t>(got));
  }
  ::kill(worker, SIGKILL);
  ::waitpid(worker, nullptr, 0);
  EXPECT_GE(CgroupRoots::shared().sweep(), 1u);
  EXPECT_EQ(CgroupRoots::shared().sweep(), 0u);
  ::close(told[0]);
  ::close(told[1]);
}

}  // namespace
}  // namespace argosy::sandbox
