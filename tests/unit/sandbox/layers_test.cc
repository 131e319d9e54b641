// The survey tells the truth about this machine, and a policy that is not met is refused with its reasons.
#include <gmock/gmock.h>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <thread>

#include "common/core/folders/scratch.h"
#include "common/sandbox/layers.h"
#include "tests/unit/sandbox/jobs.h"

namespace argosy::sandbox {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

TEST(SandboxLayers, EveryUsualLayerIsActiveHere) {
  const auto layers = survey(Class::bwrap);
  ASSERT_EQ(layers.size(), layer_names().size());
  const std::vector<std::string> usual(usual_layers().begin(), usual_layers().end());
  const auto met = check_policy(layers, usual);
  EXPECT_TRUE(met) << to_string(met.error());
  for (const auto& layer : layers) {
    EXPECT_NE(layer.text, "") << layer.name;
    EXPECT_EQ(layer.active, layer.remedy.empty()) << layer.name;
  }
}

TEST(SandboxLayers, APolicyThatIsNotMetNamesWhatIsMissingAndTheRemedy) {
  const std::vector<Layer> layers{{"seccomp", true, "filtered", ""},
                                  {"landlock", false, "the kernel does not offer it", "use a newer kernel"}};
  const auto met = check_policy(layers, {"seccomp", "landlock", "moat"});
  ASSERT_FALSE(met);
  EXPECT_EQ(met.error().category, Category::needs_user);
  EXPECT_EQ(met.error().code, "sandbox_policy_unmet");
  EXPECT_THAT(met.error().message, HasSubstr("landlock (the kernel does not offer it; use a newer kernel), moat (no such layer)"));
}

class SandboxSeccomp : public SandboxTest {};

// Straight to the kernel, past the C library: a wrapper that refuses by itself would prove nothing.
std::string call(int number, const std::string& arguments) {
  return fmt::format(
      "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\nresult = libc.syscall({}, {})\nprint(result, ctypes.get_errno())", number,
      arguments);
}

TEST_F(SandboxSeccomp, RefusesByItselfWhatTheOtherLayersWouldStopToo) {
  for (const auto& [number, arguments] :
       {std::pair{101, "0, 0, 0, 0"}, {272, "0x10000000"}, {425, "8, 0"}, {248, "0, 0, 0"}, {298, "0, 0, -1, -1, 0"}}) {
    const auto with = python(call(number, arguments)).out;
    EXPECT_TRUE(trimmed(with) == "-1 1" || trimmed(with) == "-1 38") << number << ": " << with;
  }
}

TEST_F(SandboxSeccomp, KnowsFlagsAndFamiliesAlsoBehindHighBits) {
  EXPECT_EQ(trimmed(python("import socket\ntry: socket.socket(40, socket.SOCK_STREAM)\nexcept OSError as e: print(e.errno)").out), "97");
  // The kernel reads the low half of the word only: 1 << 32 | AF_VSOCK is AF_VSOCK.
  EXPECT_EQ(trimmed(python(call(41, "ctypes.c_long(1 << 32 | 40), 1, 0")).out), "-1 97");
  EXPECT_EQ(trimmed(python(call(41, "ctypes.c_long(1 << 32 | 16), 3, 9")).out.substr(0, 2)), "-1");
  EXPECT_EQ(trimmed(python("import socket\nsocket.socket(16, 3, 0); print('routes')").out), "routes");
}

TEST_F(SandboxSeccomp, KillsCallsOfAnotherArchitecture) {
  // getpid by its x32 number.
  const auto done = python("import ctypes; ctypes.CDLL(None).syscall(0x40000000 + 39); print('came back')");
  EXPECT_EQ(done.exit_code, 128 + SIGSYS);
  EXPECT_EQ(done.out, "") << "it does not go on, not even with an error";
  EXPECT_TRUE(done.forbidden_call);
}

TEST_F(SandboxSeccomp, SeesSuchACallAlsoBehindAShellAndEndsTheSandbox) {
  const auto done = shell("python3 -c 'import ctypes; ctypes.CDLL(None).syscall(0x40000000 + 39)' & wait; echo went on");
  EXPECT_TRUE(done.forbidden_call);
  EXPECT_EQ(done.out, "");
}

TEST_F(SandboxSeccomp, TakesNoExitCodeAndNoSignalForSuchACall) {
  const auto code = shell("exit 159");
  EXPECT_EQ(code.exit_code, 159);
  EXPECT_FALSE(code.forbidden_call);
  const auto signal = shell("kill -SYS $$");
  EXPECT_EQ(signal.exit_code, 128 + SIGSYS);
  EXPECT_FALSE(signal.forbidden_call);
}

class SandboxLandlock : public SandboxTest {};

TEST_F(SandboxLandlock, ClosesByItselfWhatAMountShouldNotHaveShown) {
  const TempDir slipped("slipped", folder_.path());
  fs::permissions(slipped.path(), fs::perms(0755));
  ASSERT_TRUE(write_file_atomic(slipped.path() / "key", "secret", 0644));
  job_.without.shown = {{"/srv/slipped", slipped.path()}};
  constexpr const char* read = "cat /srv/slipped/key";
  EXPECT_THAT(shell(read).err, HasSubstr("Permission denied"));
  job_.without.landlock = true;
  EXPECT_EQ(shell(read).out, "secret");
}

class SandboxDisk : public SandboxTest {};

TEST_F(SandboxDisk, AProgramThatFillsTheDiskIsStopped) {
  job_.limits.disk_bytes = 64 << 20;
  job_.limits.wall = std::chrono::seconds(60);
  const auto done = shell("i=0; while :; do head -c 1000000 /dev/zero > f$i; i=$((i+1)); done");
  EXPECT_TRUE(done.out_of_disk);
  EXPECT_FALSE(done.timed_out);
}

TEST_F(SandboxDisk, SoIsOneThatMakesMoreFilesThanItMay) {
  job_.limits.files = 2'000;
  job_.limits.wall = std::chrono::seconds(60);
  EXPECT_TRUE(python("i = 0\nwhile True:\n  open(f'f{i}', 'w'); i += 1").out_of_disk);
}

class SandboxEnd : public SandboxTest {};

TEST_F(SandboxEnd, EveryProcessMayEndItselfBeforeItIsKilled) {
  job_.limits.wall = std::chrono::milliseconds(700);
  job_.limits.grace = std::chrono::seconds(20);
  const auto done =
      shell("(trap 'echo child ends > child; exit' TERM; while :; do sleep 0.1; done) & trap 'echo parent ends > parent; exit' TERM; wait");
  EXPECT_TRUE(done.timed_out);
  EXPECT_TRUE(fs::exists(job_.workspace / "parent"));
}

TEST_F(SandboxEnd, WordsThatNoProgramCanGetAreRefused) {
  job_.argv = {"/bin/echo", std::string("a\0b", 3)};
  EXPECT_EQ(Sandbox(Class::bwrap).run(job_).error().code, "sandbox_command_refused");
  job_.argv = {"/bin/echo", std::string(1 << 20, 'x')};
  EXPECT_EQ(Sandbox(Class::bwrap).run(job_).error().code, "sandbox_command_refused");
}

TEST_F(SandboxEnd, StandardInputReachesTheProgramThroughAllOfIt) {
  job_.input = std::string(300'000, 'x');
  job_.argv = {"/usr/bin/wc", "-c"};
  EXPECT_EQ(trimmed(run().out), "300000");
}

// An egress proxy in one line: says its name to whoever comes.
TEST_F(SandboxEnd, TheListenerOfItsOwnNetworkIsServedFromOutside) {
  std::jthread server;
  job_.egress = [&](int listener) {
    server = std::jthread([listener] {
      pollfd waiting{listener, POLLIN, 0};
      ::poll(&waiting, 1, 20'000);
      const int client = ::accept(listener, nullptr, nullptr);
      [[maybe_unused]] const auto sent = ::send(client, "proxy", 5, MSG_NOSIGNAL);
      ::close(client);
      ::close(listener);
    });
  };
  EXPECT_EQ(trimmed(python("import socket\ns = socket.create_connection(('127.0.0.1', 3128))\nprint(s.recv(9).decode())").out), "proxy");
}

TEST(ScratchFolders, OfADeadProcessGoAndOfALivingOneStay) {
  const TempDir parent("scratch-test");
  const auto mine = Scratch::open(parent.path());
  ASSERT_TRUE(mine);
  int told[2];
  ASSERT_EQ(::pipe(told), 0);
  const pid_t other = ::fork();
  if (other == 0) {
    const auto theirs = Scratch::open(parent.path());
    fs::create_directories(theirs->path() / "a/b");
    [[maybe_unused]] const auto wrote = ::write(told[1], "x", 1);
    ::pause();
  }
  char byte = 0;
  ASSERT_EQ(::read(told[0], &byte, 1), 1);
  EXPECT_EQ(Scratch::sweep(parent.path()), 0u);
  ::kill(other, SIGKILL);
  ::waitpid(other, nullptr, 0);
  EXPECT_EQ(Scratch::sweep(parent.path()), 1u);
  EXPECT_TRUE(fs::exists(mine->path()));
  ::close(told[0]);
  ::close(told[1]);
}

TEST(ScratchFolders, ATreeOfAnyDepthIsRemovedAndNoLinkIsFollowed) {
  const TempDir parent("scratch-test");
  ASSERT_TRUE(write_file_atomic(parent.path() / "kept", "kept"));
  const auto top = parent.path() / "top";
  fs::create_directory(top);
  fs::create_symlink(parent.path(), top / "out");
  fs::create_directory(top / "deep-1");
  ASSERT_TRUE(write_file_atomic(top / "deep-1" / "x", ""));
  int at = ::open(top.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  for (int depth = 0; depth < 5'000; ++depth) {
    ASSERT_EQ(::mkdirat(at, "d", 0700), 0);
    const int next = ::openat(at, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ::close(at);
    at = next;
  }
  ::fchmod(at, 0);
  ::close(at);
  EXPECT_TRUE(remove_tree(top));
  EXPECT_FALSE(fs::exists(top));
  EXPECT_TRUE(fs::exists(parent.path() / "kept"));
}

}  // namespace
}  // namespace argosy::sandbox
