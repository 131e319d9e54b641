#include "common/core/process/spawn.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "common/core/text.h"

namespace argosy {
namespace {

constexpr int kFirstFreeFd = 3;

struct Pipe {
  Fd read_end, write_end;
};

// Above the standard streams: dup2 onto 0..2 in the child must never meet a pipe that lies there already.
Fd above_standard_streams(int fd) {
  if (fd < 0 || fd >= kFirstFreeFd) return Fd(fd);
  const Fd low(fd);
  return Fd(::fcntl(low.get(), F_DUPFD_CLOEXEC, kFirstFreeFd));
}

std::optional<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
  Pipe made{above_standard_streams(ends[0]), above_standard_streams(ends[1])};
  if (!made.read_end || !made.write_end) return std::nullopt;
  return made;
}

std::string program_path(const Command& command) {
  const std::string& name = command.argv.front();
  if (name.find('/') != std::string::npos) return name;
  const auto from_child = command.env.find("PATH");
  const std::map<std::string, std::string> ours = from_child == command.env.end() ? minimal_env() : std::map<std::string, std::string>{};
  const auto from_us = ours.find("PATH");
  const std::string path = from_child != command.env.end() ? from_child->second : from_us != ours.end() ? from_us->second : "/usr/bin:/bin";
  for (const std::string_view folder : text::split(path, ':')) {
    const std::string candidate = fmt::format("{}/{}", folder, name);
    if (!folder.empty() && ::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

// Everything the child needs, made before the fork: after it no memory may be taken.
struct Prepared {
  std::string path;
  std::string cwd;
  std::vector<std::string> env_texts;
  std::vector<char*> argv, envp;
  std::vector<int> keep_fds, cgroups;
  int network = -1;
  int input = -1, out = -1, err = -1, report = -1;
  pid_t parent = -1;
};

struct Failure {
  int where = 0;  // 1 chdir, 2 exec, 3 control group, 4 network
  int problem = 0;
};

[[noreturn]] void report_and_exit(const Prepared& prepared, int where) {
  const Failure failure{where, errno};
  [[maybe_unused]] const ssize_t wrote = ::write(prepared.report, &failure, sizeof failure);
  ::_exit(127);
}

// The kernel's struct sigaction (rt_sigaction(2)); all zero: SIG_DFL.
struct KernelAction {
  unsigned long handler, flags, restorer, mask;
};

// Runs in the child. Other threads of the parent may have held any lock at the fork, so: system calls only.
[[noreturn]] void become(const Prepared& prepared) {
  ::setpgid(0, 0);
  // A parent that is killed takes its child along; the thread that called run() waits for it, so it is never that thread alone that ends.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != prepared.parent) ::_exit(127);
  for (const int group : prepared.cgroups)
    if (::write(group, "0", 1) != 1) report_and_exit(prepared, 3);
  if (prepared.network >= 0 && ::setns(prepared.network, CLONE_NEWNET) != 0) report_and_exit(prepared, 4);
  // Not by signal(): glibc keeps the first two real-time signals to itself, and a parent may have had them ignored.
  static constexpr KernelAction kDefault{};
  for (int number = 1; number < NSIG; ++number) ::syscall(SYS_rt_sigaction, number, &kDefault, nullptr, sizeof(kDefault.mask));
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::dup2(prepared.input, 0);
  ::dup2(prepared.out, 1);
  ::dup2(prepared.err, 2);
  // Marks instead of closing: `report` must live until the exec.
  ::syscall(SYS_close_range, kFirstFreeFd, ~0u, CLOSE_RANGE_CLOEXEC);
  for (const int fd : prepared.keep_fds) ::fcntl(fd, F_SETFD, 0);
  if (!prepared.cwd.empty() && ::chdir(prepared.cwd.c_str()) != 0) report_and_exit(prepared, 1);
  ::execve(prepared.path.c_str(), prepared.argv.data(), prepared.envp.data());
  report_and_exit(prepared, 2);
}

Prepared prepare(const Command& command, std::string path) {
  Prepared prepared;
  prepared.path = std::move(path);
  prepared.cwd = command.cwd.string();
  for (const auto& [name, value] : command.env) prepared.env_texts.push_back(fmt::format("{}={}", name, value));
  for (const std::string& argument : command.argv) prepared.argv.push_back(const_cast<char*>(argument.c_str()));
  prepared.argv.push_back(nullptr);
  for (std::string& entry : prepared.env_texts) prepared.envp.push_back(entry.data());
  prepared.envp.push_back(nullptr);
  prepared.keep_fds = command.keep_fds;
  prepared.cgroups = command.cgroups;
  prepared.network = command.network;
  prepared.parent = ::getpid();
  return prepared;
}

// Forks with all signals blocked, so that no handler of ours runs in the child before it has reset them.
pid_t fork_quietly(const Prepared& prepared) {
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  if (pid == 0) become(prepared);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return pid;
}

std::unexpected<Error> spawn_failed(std::string_view what, int problem) {
  return fail_transient("spawn_failed", fmt::format("{}: {}", what, std::strerror(problem)));
}

std::unexpected<Error> not_found(const std::string& program) {
  return fail_user("program_not_found", fmt::format("cannot find the program {}", program),
                   fmt::format("install {} or put it on PATH", program));
}

}  // namespace

Result<Spawned> spawn(const Command& command) {
  if (command.argv.empty()) return fail_user("program_not_found", "no program was named");
  std::string path = program_path(command);
  if (path.empty()) return not_found(command.argv.front());

  auto input = make_pipe(), out = make_pipe(), err = make_pipe(), report = make_pipe();
  if (!input || !out || !err || !report) return spawn_failed("cannot make a pipe", errno);

  Prepared prepared = prepare(command, std::move(path));
  prepared.input = input->read_end.get();
  prepared.out = out->write_end.get();
  prepared.err = err->write_end.get();
  prepared.report = report->write_end.get();

  Spawned child;
  child.pid = fork_quietly(prepared);
  if (child.pid < 0) return spawn_failed("cannot fork", errno);
  ::setpgid(child.pid, child.pid);  // both sides do it: whoever comes first, the group exists before anyone needs it
  child.exited = Fd(static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0)));
  const int pidfd_problem = child.exited ? 0 : errno;
  report->write_end.reset();

  Failure failure;
  ssize_t got = 0;
  do got = ::read(report->read_end.get(), &failure, sizeof failure);
  while (got < 0 && errno == EINTR);
  if (got > 0 || pidfd_problem != 0) {
    if (got <= 0) ::kill(-child.pid, SIGKILL);
    while (::waitpid(child.pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    if (got <= 0) return spawn_failed("cannot watch the child", pidfd_problem);
    if (failure.where == 1) return spawn_failed(fmt::format("cannot enter {}", command.cwd.string()), failure.problem);
    if (failure.where == 3) return spawn_failed("cannot enter a control group", failure.problem);
    if (failure.where == 4) return spawn_failed("cannot enter a network", failure.problem);
    if (failure.problem == ENOENT) return not_found(command.argv.front());
    return spawn_failed(fmt::format("cannot run {}", command.argv.front()), failure.problem);
  }

  child.input = std::move(input->write_end);
  child.out = std::move(out->read_end);
  child.err = std::move(err->read_end);
  for (const Fd* end : {&child.input, &child.out, &child.err}) ::fcntl(end->get(), F_SETFL, O_NONBLOCK);
  return child;
}

}  // namespace argosy
