#include "common/sandbox/launch/namespaces.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "common/core/thread_name.h"
#include "common/sandbox/launch/identity.h"

namespace argosy::sandbox {
namespace {

constexpr std::size_t kReady = 4;  // taken together when that many steps start at the same time

std::unexpected<Error> unavailable(int problem) {
  return fail_transient("sandbox_unavailable", fmt::format("cannot make the sandbox's namespaces: {}", std::strerror(problem)),
                        "a worker that runs as root needs CAP_SYS_ADMIN and CAP_SETUID to make them; run it as an ordinary user else");
}

bool write_once(const std::string& path, std::string_view text) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return fd && ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// As bubblewrap does it for those that it makes. The kernel gives the interface its addresses when it comes up.
bool raise_loopback() {
  const int any = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request{};
  std::memcpy(request.ifr_name, "lo", 3);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  return any >= 0 && ::ioctl(any, SIOCSIFFLAGS, &request) == 0;
}

// The child: only async-signal-safe calls, because this process has threads. Exits 0 once its namespaces are as they shall be.
[[noreturn]] void furnish(int go) {
  char byte = 0;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::read(go, &byte, 1) != 1) ::_exit(EPIPE);
  if (!raise_loopback()) ::_exit(errno);
  const int limit = ::open("/proc/sys/user/max_user_namespaces", O_WRONLY | O_CLOEXEC);
  if (limit < 0 || ::write(limit, "0", 1) != 1) ::_exit(errno);
  ::_exit(0);
}

Fd open_namespace(pid_t child, std::string_view kind) {
  return Fd(::open(fmt::format("/proc/{}/ns/{}", child, kind).c_str(), O_RDONLY | O_CLOEXEC));
}

}  // namespace

Result<Namespaces> make_namespaces(uid_t host_id) {
  int go[2];
  if (::pipe2(go, O_CLOEXEC) != 0) return unavailable(errno);
  const Fd go_read(go[0]), go_write(go[1]);
  // Born in them: fork() and unshare() would do the same, but a sanitizer's fork() starts a thread, and unshare() refuses then.
  const auto child = static_cast<pid_t>(::syscall(SYS_clone, CLONE_NEWUSER | CLONE_NEWNET | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
  if (child < 0) return unavailable(errno);
  if (child == 0) furnish(go_read.get());

  // The child waits for `go`; whatever comes, it is reaped below.
  const char byte = 0;
  const auto map = fmt::format("0 0 1\n{} {} 1\n", kInsideId, host_id);
  int problem = 0;
  for (const char* file : {"uid_map", "gid_map"})
    if (!write_once(fmt::format("/proc/{}/{}", child, file), map)) problem = errno;
  Namespaces made{.user = open_namespace(child, "user"), .network = open_namespace(child, "net")};
  if (problem == 0 && (!made.user || !made.network)) problem = errno;
  if (problem != 0 || ::write(go_write.get(), &byte, 1) != 1) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (problem == 0) problem = WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
  if (problem != 0) return unavailable(problem);
  return made;
}

ReadyNamespaces& ReadyNamespaces::shared() {
  static ReadyNamespaces one;
  return one;
}

Result<Namespaces> ReadyNamespaces::take(uid_t host_id) {
  {
    const std::scoped_lock lock(mutex_);
    host_id_ = host_id;
    missing_ = std::min(missing_ + 1, kReady);
    if (!ready_.empty()) {
      auto one = std::move(ready_.back());
      ready_.pop_back();
      return one;
    }
  }
  return make_namespaces(host_id);
}

void ReadyNamespaces::refill() {
  const std::scoped_lock lock(mutex_);
  if (missing_ == 0) return;
  if (!maker_.joinable()) maker_ = std::jthread([this](const std::stop_token& stop) { keep_ready(stop); });
  wanted_.notify_one();
}

// What cannot be made now is left to the next refill, and to whoever takes one: he is told why.
void ReadyNamespaces::keep_ready(const std::stop_token& stop) {
  name_this_thread("namespaces");
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    while (missing_ > 0 && !stop.stop_requested()) {
      --missing_;
      if (ready_.size() >= kReady) continue;
      const auto host_id = host_id_;
      lock.unlock();
      auto made = make_namespaces(host_id);
      lock.lock();
      if (made) ready_.push_back(std::move(*made));
    }
    wanted_.wait(lock, stop, [&] { return missing_ > 0; });
  }
}

}  // namespace argosy::sandbox
