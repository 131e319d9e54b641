// Promises of running programs: bounded in time and output, nothing inherited, nothing left behind. The programs are the system's own.
#include "common/core/subprocess.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "common/core/file.h"
#include "common/core/text.h"
#include "tests/support/eventually.h"

namespace argosy {
namespace {

using ::testing::HasSubstr;

Command shell(std::string script) { return {.argv = {"sh", "-c", std::move(script)}, .env = minimal_env()}; }

Completed ran(const Command& command) {
  auto done = run(command);
  EXPECT_TRUE(done) << to_string(done.error());
  return done ? std::move(*done) : Completed{};
}

bool is_alive(pid_t pid) {
  return ::kill(pid, 0) == 0 && read_file("/proc/" + std::to_string(pid) + "/stat").value_or(") Z").find(") Z") == std::string::npos;
}

TEST(Run, GivesOutputErrorsAndExitCode) {
  const Completed done = ran(shell("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(done.out, "out\n");
  EXPECT_EQ(done.err, "err\n");
  EXPECT_EQ(done.exit_code, 3);
  EXPECT_FALSE(done.timed_out || done.cancelled || done.out_truncated);
}

TEST(Run, TellsTheSignalThatEndedIt) { EXPECT_EQ(ran(shell("kill -TERM $$")).exit_code, 128 + SIGTERM); }

TEST(Run, FeedsInputLargerThanAnyPipe) {
  Command command{.argv = {"wc", "-c"}, .env = minimal_env(), .input = std::string(3u << 20, 'x')};
  EXPECT_EQ(text::trim(ran(command).out), "3145728");
}

TEST(Run, SurvivesAChildThatReadsNoInput) {
  Command command = shell("exit 0");
  command.input = std::string(1u << 20, 'x');
  EXPECT_EQ(ran(command).exit_code, 0);
}

TEST(Run, FeedsAndDrainsAtTheSameTime) {
  Command command{.argv = {"cat"}, .env = minimal_env(), .input = std::string(5u << 20, 'y')};
  EXPECT_EQ(ran(command).out, command.input);
}

TEST(Run, AnEmptyInputIsEndOfFile) { EXPECT_EQ(ran({.argv = {"cat"}, .env = minimal_env()}).exit_code, 0); }

TEST(Run, KeepsNoMoreOutputThanTheBoundAndShowsAllOfIt) {
  Command command = shell("head -c 100000 /dev/zero | tr '\\0' x");
  command.max_output = 1000;
  std::size_t seen = 0;
  command.on_output = [&](std::string_view piece, bool is_stderr) { seen += is_stderr ? 0 : piece.size(); };
  const Completed done = ran(command);
  EXPECT_EQ(done.out.size(), 1000u);
  EXPECT_TRUE(done.out_truncated);
  EXPECT_FALSE(done.err_truncated);
  EXPECT_EQ(seen, 100'000u);
  EXPECT_EQ(done.exit_code, 0);  // read and dropped: the child was not stopped by a full pipe
}

TEST(Run, InheritsNoEnvironment) {
  ::setenv("ARGOSY_UNIT_SECRET", "1", 1);
  EXPECT_THAT(ran({.argv = {"env"}, .env = {{"PATH", "/usr/bin:/bin"}, {"ONE", "1"}}}).out,
              ::testing::AllOf(HasSubstr("ONE=1"), ::testing::Not(HasSubstr("ARGOSY_UNIT_SECRET"))));
  EXPECT_FALSE(minimal_env().contains("ARGOSY_UNIT_SECRET"));
  ::unsetenv("ARGOSY_UNIT_SECRET");
}

TEST(Run, InheritsNoDescriptorButThoseAskedFor) {
  // Both without CLOEXEC, and above those that ls opens itself.
  const int kept = ::fcntl(STDIN_FILENO, F_DUPFD, 100), other = ::fcntl(STDIN_FILENO, F_DUPFD, 200);
  Command command{.argv = {"ls", "/proc/self/fd"}, .env = minimal_env(), .keep_fds = {kept}};
  const Completed done = ran(command);
  const auto open = text::lines(done.out);
  EXPECT_THAT(open, ::testing::Contains(std::to_string(kept)));
  EXPECT_THAT(open, ::testing::Not(::testing::Contains(std::to_string(other))));
  ::close(kept);
  ::close(other);
}

TEST(Run, StartsWithFreshSignals) {
  struct sigaction ignore{}, before{};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &before);
  // One that glibc keeps to itself, as a parent of ours may have left it: handler, flags, restorer, mask.
  const unsigned long ignored[4] = {1, 0, 0, 0};
  const int reserved = __SIGRTMIN + 1;
  unsigned long reserved_before[4]{};
  ASSERT_EQ(::syscall(SYS_rt_sigaction, reserved, ignored, reserved_before, sizeof(unsigned long)), 0);
  sigset_t blocked, old;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &old);
  const std::string status = ran({.argv = {"cat", "/proc/self/status"}, .env = minimal_env()}).out;
  ::pthread_sigmask(SIG_SETMASK, &old, nullptr);
  ::sigaction(SIGPIPE, &before, nullptr);
  ::syscall(SYS_rt_sigaction, reserved, reserved_before, nullptr, sizeof(unsigned long));
  EXPECT_THAT(status, HasSubstr("SigBlk:\t0000000000000000"));
  EXPECT_THAT(status, HasSubstr("SigIgn:\t0000000000000000"));
}

TEST(Run, WorksInTheFolderAsked) {
  const TempDir folder;
  Command command{.argv = {"pwd"}, .env = minimal_env(), .cwd = std::filesystem::canonical(folder.path())};
  EXPECT_EQ(text::trim(ran(command).out), command.cwd.string());
  command.cwd = folder.path() / "no";
  EXPECT_EQ(run(command).error().code, "spawn_failed");
}

TEST(Run, SaysWhenThereIsNoSuchProgram) {
  const auto missing = run({.argv = {"no-such-program-argosy"}, .env = minimal_env()});
  EXPECT_EQ(missing.error().code, "program_not_found");
  EXPECT_EQ(missing.error().category, Category::needs_user);
  EXPECT_EQ(run({.argv = {"/no/such/program"}}).error().code, "program_not_found");
  EXPECT_EQ(run({.argv = {}}).error().code, "program_not_found");
  EXPECT_EQ(run({.argv = {"/etc/passwd"}}).error().code, "spawn_failed");
}

TEST(Run, KillsTheWholeGroupAtItsTimeOut) {
  Command command = shell("echo $$; sleep 1000 & echo $!; wait");
  command.timeout = std::chrono::milliseconds(200);
  const Completed done = ran(command);
  EXPECT_TRUE(done.timed_out);
  EXPECT_EQ(done.exit_code, 128 + SIGKILL);
  const auto pids = text::lines(done.out);
  ASSERT_EQ(pids.size(), 2u);
  for (const std::string_view pid : pids)
    EXPECT_TRUE(testing::eventually([&] { return !is_alive(static_cast<pid_t>(*text::to_int(pid))); })) << pid;
}

TEST(Run, KillsTheWholeGroupWhenCancelled) {
  Command command = shell("sleep 1000 & echo $!; wait");
  std::atomic<bool> stop = false;
  command.on_output = [&](std::string_view, bool) { stop = true; };
  command.cancelled = [&] { return stop.load(); };
  const Completed done = ran(command);
  EXPECT_TRUE(done.cancelled);
  EXPECT_FALSE(done.timed_out);
  const auto pid = static_cast<pid_t>(*text::to_int(text::trim(done.out)));
  EXPECT_TRUE(testing::eventually([&] { return !is_alive(pid); }));
}

TEST(Run, LeavesNoDescendantBehindAndDoesNotWaitForIt) {
  // The background process keeps the pipe open: only the end of its group lets run() come back before the 1000 s.
  const Completed done = ran(shell("sleep 1000 & echo $!"));
  EXPECT_EQ(done.exit_code, 0);
  const auto pid = static_cast<pid_t>(*text::to_int(text::trim(done.out)));
  EXPECT_TRUE(testing::eventually([&] { return !is_alive(pid); }));
}

TEST(Run, ManyThreadsMayRunAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 10; ++round) {
        Command command{.argv = {"cat"}, .env = minimal_env(), .input = std::string(100'000, static_cast<char>('a' + i))};
        const auto done = run(command);
        if (done && done->out == command.input) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 80);
}

}  // namespace
}  // namespace argosy
