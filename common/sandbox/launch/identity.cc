#include "common/sandbox/launch/identity.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

namespace argosy::sandbox {
namespace {

namespace fs = std::filesystem;

// Above everything that distributions, subordinate ids and containers hand out; where that is not mapped (a container), the classic nobody.
constexpr std::array<uid_t, 2> kHostIds{1'900'000'000, 65'534};

bool mapped(const char* map_file, uid_t id) {
  std::ifstream in(map_file);
  for (std::uint64_t inside = 0, outside = 0, count = 0; in >> inside >> outside >> count;)
    if (id >= inside && id - inside < count) return true;
  return false;
}

std::unexpected<Error> unavailable(std::string_view what) {
  return fail_transient("sandbox_unavailable", fmt::format("{}: {}", what, std::strerror(errno)),
                        "a worker that runs as root needs CAP_SYS_ADMIN and CAP_SETUID to make the sandbox's user namespace; run it as an "
                        "ordinary user else");
}

bool write_once(const std::string& path, std::string_view text) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return fd && ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// The child: only async-signal-safe calls, because this process has threads. Exits 0 once its namespace allows no further ones.
[[noreturn]] void hold_namespace(int go) {
  char byte = 0;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::read(go, &byte, 1) != 1) ::_exit(EPIPE);
  const int limit = ::open("/proc/sys/user/max_user_namespaces", O_WRONLY | O_CLOEXEC);
  if (limit < 0 || ::write(limit, "0", 1) != 1) ::_exit(errno);
  ::_exit(0);
}

}  // namespace

Result<Identity> Identity::create() {
  Identity identity;
  if (::geteuid() != 0) return identity;
  for (const uid_t id : kHostIds) {
    if (!mapped("/proc/self/uid_map", id) || !mapped("/proc/self/gid_map", id)) continue;
    identity.host_id_ = id;
    break;
  }
  errno = EINVAL;
  if (identity.host_id_ == 0) return unavailable("no unprivileged user id is mapped here");

  int go[2];
  if (::pipe2(go, O_CLOEXEC) != 0) return unavailable("pipe");
  const Fd go_read(go[0]), go_write(go[1]);
  // Born in its namespace: fork() and unshare() would do the same, but a sanitizer's fork() starts a thread, and unshare() refuses then.
  const auto child = static_cast<pid_t>(::syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
  if (child < 0) return unavailable("cannot make a user namespace");
  if (child == 0) hold_namespace(go_read.get());

  // The child waits for `go`; whatever comes, it is reaped below.
  const char byte = 0;
  const auto map = fmt::format("0 0 1\n{} {} 1\n", kInsideId, identity.host_id_);
  std::string failed;
  for (const char* file : {"uid_map", "gid_map"})
    if (!write_once(fmt::format("/proc/{}/{}", child, file), map)) failed = fmt::format("write {}: {}", file, std::strerror(errno));
  identity.user_namespace_.reset(::open(fmt::format("/proc/{}/ns/user", child).c_str(), O_RDONLY | O_CLOEXEC));
  if (!failed.empty() || ::write(go_write.get(), &byte, 1) != 1) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  errno = WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
  if (!failed.empty()) return fail_transient("sandbox_unavailable", failed, "the worker's root lacks CAP_SETUID in its user namespace");
  if (errno != 0 || !identity.user_namespace_) return unavailable("cannot make a user namespace");
  return identity;
}

Result<void> Identity::hand_over(const fs::path& tree) const {
  if (!separate()) return {};
  struct stat about{};
  if (::lstat(tree.c_str(), &about) == 0 && about.st_uid == host_id_) return {};
  // The top must be open to the user in whose name bubblewrap enters it, root without capabilities.
  std::error_code error;
  fs::permissions(tree, fs::perms::others_read | fs::perms::others_exec, fs::perm_options::add, error);
  if (error) return fail_transient("sandbox_unavailable", fmt::format("cannot open {}: {}", tree.string(), error.message()));
  for (auto it = fs::recursive_directory_iterator(tree, error); !error && it != fs::end(it); it.increment(error))
    if (::lchown(it->path().c_str(), host_id_, host_id_) != 0) return unavailable("chown " + it->path().string());
  if (::lchown(tree.c_str(), host_id_, host_id_) != 0) return unavailable("chown " + tree.string());
  if (error) return fail_transient("sandbox_unavailable", fmt::format("cannot walk {}: {}", tree.string(), error.message()));
  return {};
}

}  // namespace argosy::sandbox
