#include "common/core/child.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "common/core/text.h"

namespace argosy {
namespace {

std::string look_up(const std::string& program, const std::map<std::string, std::string>& env) {
  if (program.find('/') != std::string::npos) return ::access(program.c_str(), X_OK) == 0 ? program : "";
  const auto path = env.find("PATH");
  if (path == env.end()) return "";
  for (const auto folder : text::split(path->second, ':')) {
    const auto candidate = std::string(folder) + "/" + program;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return "";
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  for (auto& string : strings) out.push_back(string.data());
  out.push_back(nullptr);
  return out;
}

// Everything that the child needs between fork and exec, where it may not allocate.
struct Plan {
  const char* program;
  char* const* argv;
  char* const* envp;
  const char* cwd;
  int output_fd, report_fd;
  pid_t parent;
  const ChildOptions* options;
};

[[noreturn]] void fail_in_child(const Plan& plan) {
  const int error = errno;
  [[maybe_unused]] const auto written = ::write(plan.report_fd, &error, sizeof error);
  ::_exit(127);
}

[[noreturn]] void become(const Plan& plan) {
  const auto& options = *plan.options;
  ::setsid();
  if (::dup2(plan.output_fd, 1) < 0 || ::dup2(plan.output_fd, 2) < 0) fail_in_child(plan);
  const int null = ::open("/dev/null", O_RDONLY);
  if (null < 0 || ::dup2(null, 0) < 0) fail_in_child(plan);
  ::close_range(3, UINT_MAX, CLOSE_RANGE_CLOEXEC);
  if (*plan.cwd != 0 && ::chdir(plan.cwd) != 0) fail_in_child(plan);
  if (options.gid && (::setgroups(0, nullptr) != 0 || ::setgid(*options.gid) != 0)) fail_in_child(plan);
  if (options.uid && ::setuid(*options.uid) != 0) fail_in_child(plan);
  // After the change of user, which would clear it; then look whether the parent died before it was set.
  ::prctl(PR_SET_PDEATHSIG, options.death_signal == 0 ? SIGKILL : options.death_signal);
  if (::getppid() != plan.parent) ::_exit(127);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD, SIGQUIT}) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(plan.program, plan.argv, plan.envp);
  fail_in_child(plan);
}

class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() { reset(); }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  int get() const { return fd_; }
  void reset() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
};

}  // namespace

Result<Child> Child::start(const ChildOptions& options) {
  const auto program = look_up(options.argv.at(0), options.env);
  if (program.empty()) return fail_user("program_not_found", fmt::format("{} cannot be run", options.argv[0]), "install it, or check PATH");

  auto argv = options.argv;
  std::vector<std::string> env;
  for (const auto& [name, value] : options.env) env.push_back(name + "=" + value);
  auto argv_pointers = pointers(argv);
  auto env_pointers = pointers(env);
  const auto cwd = options.cwd.string();

  const auto output = options.output.empty() ? std::string("/dev/null") : options.output.string();
  Fd output_fd(::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (output_fd.get() < 0) return fail_transient("spawn_failed", fmt::format("{} cannot be written: {}", output, std::strerror(errno)));
  int report[2];
  if (::pipe2(report, O_CLOEXEC) != 0) return fail_transient("spawn_failed", fmt::format("no pipe: {}", std::strerror(errno)));
  Fd report_read(report[0]), report_write(report[1]);

  const Plan plan{program.c_str(), argv_pointers.data(), env_pointers.data(), cwd.c_str(), output_fd.get(), report[1], ::getpid(),
                  &options};
  const pid_t pid = ::fork();
  if (pid < 0) return fail_transient("spawn_failed", fmt::format("no process for {}: {}", program, std::strerror(errno)));
  if (pid == 0) become(plan);
  Child child;
  child.pid_ = pid;
  child.pidfd_ = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));  // glibc 2.36 declares it without C linkage
  report_write.reset();
  // The pipe closes with a good exec and carries errno after a bad one.
  int error = 0;
  if (::read(report_read.get(), &error, sizeof error) == sizeof error) {
    return fail_transient("spawn_failed", fmt::format("{} did not start: {}", program, std::strerror(error)));
  }
  if (child.pidfd_ < 0) return fail_transient("spawn_failed", fmt::format("no handle for {}: {}", program, std::strerror(errno)));
  return child;
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), pidfd_(std::exchange(other.pidfd_, -1)), exit_code_(std::exchange(other.exit_code_, {})) {}

Child& Child::operator=(Child&& other) noexcept {
  if (this != &other) {
    kill_and_reap();
    pid_ = std::exchange(other.pid_, -1);
    pidfd_ = std::exchange(other.pidfd_, -1);
    exit_code_ = std::exchange(other.exit_code_, {});
  }
  return *this;
}

Child::~Child() { kill_and_reap(); }

void Child::kill_and_reap() {
  if (pid_ > 0 && !exit_code_) {
    ::kill(-pid_, SIGKILL);
    ::kill(pid_, SIGKILL);  // had it not reached setsid
    ::waitpid(pid_, nullptr, 0);
  }
  if (pidfd_ >= 0) ::close(pidfd_);
  pid_ = -1;
  pidfd_ = -1;
}

// The pid cannot have been given to another process: only wait() reaps, and then exit_code_ is set.
void Child::signal(int number) {
  if (pid_ > 0 && !exit_code_) ::kill(pid_, number);
}

void Child::signal_group(int number) {
  if (pid_ > 0 && !exit_code_) ::kill(-pid_, number);
}

std::optional<int> Child::wait(std::chrono::milliseconds timeout) {
  if (exit_code_ || pid_ <= 0) return exit_code_;
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd ended{pidfd_, POLLIN, 0};
    const int ready = ::poll(&ended, 1, static_cast<int>(std::max<std::int64_t>(0, std::min<std::int64_t>(left.count(), INT_MAX))));
    if (ready == 0) return std::nullopt;
    if (ready < 0 && errno == EINTR) continue;
    int status = 0;
    if (::waitpid(pid_, &status, 0) != pid_) return std::nullopt;
    exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return exit_code_;
  }
}

}  // namespace argosy
