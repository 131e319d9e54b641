// What ends a program that does not end, or takes too much; and how its end is told.
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "tests/support/eventually.h"
#include "tests/unit/sandbox/jobs.h"

namespace argosy::sandbox {
namespace {

using std::chrono::milliseconds;

class SandboxLimits : public SandboxTest {};

TEST_F(SandboxLimits, ExitCodesAndSignalsAreTold) {
  EXPECT_EQ(shell("exit 0").exit_code, 0);
  EXPECT_EQ(shell("exit 7").exit_code, 7);
  EXPECT_EQ(shell("kill -SEGV $$").exit_code, 128 + 11);
  job_.argv = {"no-such-program"};
  EXPECT_EQ(run().exit_code, 127);
}

TEST_F(SandboxLimits, BothStreamsComeAsTheyAreWritten) {
  std::string seen;
  job_.on_output = [&](std::string_view piece) { seen += piece; };
  const auto done = shell("echo out; echo err >&2");
  EXPECT_EQ(done.out, "out\n");
  EXPECT_EQ(done.err, "err\n");
  EXPECT_EQ(seen.size(), done.out.size() + done.err.size());
}

TEST_F(SandboxLimits, ADaemonThatIsLeftBehindDiesWithItsProgram) {
  const auto mark = fmt::format("9{}.75", ::getpid());
  EXPECT_EQ(shell(fmt::format("setsid sleep {} >/dev/null 2>&1 & (setsid sleep {} &) ; exit 0", mark, mark)).exit_code, 0);
  EXPECT_FALSE(runs_on_the_host(mark));
}

TEST_F(SandboxLimits, TheTimeLimitKillsATreeThatIgnoresSigterm) {
  const auto mark = fmt::format("8{}.75", ::getpid());
  job_.limits.wall = milliseconds(300);
  const auto done = shell(fmt::format("trap '' TERM HUP INT; (trap '' TERM; setsid sleep {}) & sleep {}", mark, mark));
  EXPECT_TRUE(done.timed_out);
  EXPECT_FALSE(runs_on_the_host(mark));
}

TEST_F(SandboxLimits, ACancelledJobIsKilled) {
  const auto mark = fmt::format("7{}.75", ::getpid());
  bool started = false;
  job_.on_output = [&](std::string_view) { started = true; };
  job_.cancelled = [&] { return started; };
  const auto done = shell(fmt::format("echo started; sleep {}", mark));
  EXPECT_TRUE(done.cancelled);
  EXPECT_FALSE(done.timed_out);
  EXPECT_FALSE(runs_on_the_host(mark));
}

TEST_F(SandboxLimits, AWorkerThatIsKilledTakesItsSandboxAlong) {
  const auto mark = fmt::format("6{}.75", ::getpid());
  job_.argv = {"/bin/sh", "-c", fmt::format("setsid sleep {} & sleep {}", mark, mark)};
  const pid_t worker = ::fork();
  if (worker == 0) {
    (void)Sandbox(Class::bwrap).run(job_);
    ::_exit(0);
  }
  // Not the words of bubblewrap, which hold the mark too, but the program itself.
  const std::string program = std::string("sleep") + '\0' + mark;
  ASSERT_TRUE(::argosy::testing::eventually([&] { return runs_on_the_host(program); }));
  EXPECT_EQ(::kill(worker, SIGKILL), 0);
  EXPECT_EQ(::waitpid(worker, nullptr, 0), worker);
  EXPECT_TRUE(::argosy::testing::eventually([&] { return !runs_on_the_host(mark); }));
}

TEST_F(SandboxLimits, ProcessesAreCountedBySandbox) {
  job_.limits.processes = 40;
  const std::string fork_until_refused = R"(
import os, sys, time
made = 0
try:
    while made < 500:
        if os.fork() == 0: time.sleep(1000)
        made += 1
except OSError: pass
print(made))";
  const auto made = text::to_int(trimmed(python(fork_until_refused).out));
  ASSERT_TRUE(made);
  EXPECT_GT(*made, 20);
  EXPECT_LT(*made, 40);
}

TEST_F(SandboxLimits, AForkBombEndsWithItsTime) {
  const auto mark = fmt::format("bomb{}", ::getpid());
  job_.limits.processes = 100;
  job_.limits.wall = milliseconds(1'000);
  ASSERT_TRUE(write_file_atomic(job_.workspace / mark, "#!/bin/sh\n\"$0\" &\n\"$0\" &\nwhile :; do :; done\n", 0755));
  const auto done = shell("./" + mark);
  EXPECT_TRUE(done.timed_out);
  EXPECT_FALSE(runs_on_the_host("./" + mark));
}

TEST_F(SandboxLimits, EndlessOutputIsCutAndSaysSo) {
  std::size_t forwarded = 0;
  std::string last;
  job_.limits.output_bytes = 100'000;
  job_.limits.wall = milliseconds(500);
  job_.on_output = [&](std::string_view piece) {
    forwarded += piece.size();
    last = piece;
  };
  const auto done = shell("yes");
  EXPECT_TRUE(done.timed_out);
  EXPECT_TRUE(done.out_truncated);
  EXPECT_EQ(done.out.size(), 100'000u);
  EXPECT_EQ(forwarded, 100'000u + last.size());
  EXPECT_NE(last.find("cut"), std::string::npos);
}

TEST_F(SandboxLimits, AMemoryHogIsKilledAndToldSo) {
  job_.limits.memory_bytes = 150 << 20;
  const auto done = python("import time\nheld = []\nwhile True:\n  held.append(bytearray(b'x' * (10 << 20)))\n  time.sleep(0.01)");
  EXPECT_TRUE(done.out_of_memory);
  EXPECT_FALSE(done.cancelled);
  EXPECT_FALSE(done.timed_out);
}

TEST_F(SandboxLimits, MemoryIsCountedOverAllProcessesTogether) {
  job_.limits.memory_bytes = 200 << 20;
  const auto done = python("import os, time\nfor i in range(4): os.fork()\nheld = bytearray(b'x' * (30 << 20))\ntime.sleep(1000)");
  EXPECT_TRUE(done.out_of_memory);
}

TEST_F(SandboxLimits, MemoryThatProcessesShareIsCountedOnce) {
  job_.limits.memory_bytes = 200 << 20;
  const auto done = python(R"(
import os, time
held = bytearray(b'x' * (60 << 20))
children = []
for i in range(8):
    pid = os.fork()
    if pid == 0:
        time.sleep(0.6); os._exit(0)
    children.append(pid)
for pid in children: os.waitpid(pid, 0)
print('shared'))");
  EXPECT_EQ(trimmed(done.out), "shared");
  EXPECT_FALSE(done.out_of_memory);
}

TEST_F(SandboxLimits, AFileCannotGrowBeyondItsBound) {
  job_.limits.file_bytes = 1 << 20;
  EXPECT_NE(shell("head -c 2000000 /dev/zero > big").exit_code, 0);
  EXPECT_LE(std::filesystem::file_size(job_.workspace / "big"), 1u << 20);
  EXPECT_NE(shell("head -c 100000000 /dev/zero > /dev/shm/big").exit_code, 0);
}

TEST_F(SandboxLimits, ManyRunAtOnceAndEachHasItsOwnCount) {
  std::vector<std::jthread> threads;
  std::vector<std::string> said(8);
  for (std::size_t i = 0; i < said.size(); ++i)
    threads.emplace_back([&, i] {
      Job job = job_;
      std::filesystem::create_directory(job.workspace = folder_.path() / std::to_string(i));
      job.limits.processes = 12;
      job.argv = {"/bin/sh", "-c", fmt::format("for n in 1 2 3 4 5 6 7; do sleep 0.3 & done; wait; echo {}", i)};
      const auto done = Sandbox(Class::bwrap).run(job);
      said[i] = done ? trimmed(done->out) : to_string(done.error());
    });
  threads.clear();
  for (std::size_t i = 0; i < said.size(); ++i) EXPECT_EQ(said[i], std::to_string(i));
}

}  // namespace
}  // namespace argosy::sandbox
