#include "common/sandbox/limits/tree_watch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

#include "common/core/json.h"
#include "common/sandbox/limits/nameless_files.h"

namespace argosy::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxWatched = 20'000;        // processes of one tree; RLIMIT_NPROC ends far below
constexpr std::size_t kMaxStatusBytes = 16 << 10;  // bubblewrap writes some 300
constexpr int kTeardownMs = 10'000;                // for the kernel to take down a tree that was killed

// All processes below `root`: orphans hang on pid 1 of their namespace, so nothing gets away.
std::vector<pid_t> tree(pid_t root) {
  std::vector<pid_t> all{root};
  for (std::size_t i = 0; i < all.size() && all.size() < kMaxWatched; ++i) {
    std::error_code error;
    for (fs::directory_iterator task(fmt::format("/proc/{}/task", all[i]), error), end; !error && task != end; task.increment(error)) {
      std::ifstream children(task->path() / "children");
      for (pid_t child = 0; children >> child;) all.push_back(child);
    }
  }
  return all;
}

std::int64_t resident_bytes(pid_t pid) {
  static const std::int64_t page = ::sysconf(_SC_PAGESIZE);
  std::ifstream statm(fmt::format("/proc/{}/statm", pid));
  std::int64_t size = 0, resident = 0;
  statm >> size >> resident;
  return resident * page;
}

struct Resident {
  std::int64_t all = 0, shared = 0;  // shared: the part of files in memory
};

// Resident bytes with each shared page divided among those who share it; the plain count for a process that hides its maps.
Resident proportional_bytes(pid_t pid) {
  std::ifstream rollup(fmt::format("/proc/{}/smaps_rollup", pid));
  std::string word;
  Resident resident;
  for (std::int64_t kib = 0; rollup >> word;) {
    if (word == "Pss:" && rollup >> kib) resident.all = kib << 10;
    if (word == "Pss_Shmem:" && rollup >> kib) resident.shared = kib << 10;
  }
  return resident.all > 0 ? resident : Resident{resident_bytes(pid)};
}

std::int64_t shared_memory_of_the_host() {
  struct sysinfo about{};
  return ::sysinfo(&about) == 0 ? static_cast<std::int64_t>(about.sharedram) * about.mem_unit : 0;
}

}  // namespace

Result<TreeWatch> TreeWatch::create(std::int64_t memory_bytes) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
    return fail_transient("sandbox_unavailable", fmt::format("pipe: {}", std::strerror(errno)));
  TreeWatch watch;
  watch.read_end_.reset(ends[0]);
  watch.write_end_.reset(ends[1]);
  watch.memory_bytes_ = memory_bytes;
  watch.shared_then_ = shared_memory_of_the_host();
  return watch;
}

void TreeWatch::read_status() {
  char buffer[1024];
  for (ssize_t n = 0; unread_.size() < kMaxStatusBytes && (n = ::read(read_end_.get(), buffer, sizeof buffer)) > 0;)
    unread_.append(buffer, static_cast<std::size_t>(n));
  for (std::size_t end = 0; (end = unread_.find('\n')) != std::string::npos; unread_.erase(0, end + 1)) {
    const auto line = json::parse(std::string_view(unread_).substr(0, end));
    if (!line) continue;
    if (line->find("child-pid")) {
      init_ = static_cast<pid_t>(line->int_or("child-pid", 0));
      pid_namespace_ = line->int_or("pid-namespace", 0);
    }
    if (line->find("exit-code")) exit_code_ = static_cast<int>(line->int_or("exit-code", 0));
  }
}

bool TreeWatch::is_ours(pid_t pid) const {
  struct stat about{};
  return ::stat(fmt::format("/proc/{}/ns/pid", pid).c_str(), &about) == 0 && static_cast<std::int64_t>(about.st_ino) == pid_namespace_;
}

bool TreeWatch::over_memory() {
  read_status();
  if (init_ == 0 || !is_ours(init_)) return false;
  const auto pids = tree(init_);
  // The tree cannot have made more shared memory than the host has got.
  auto at_most = std::max<std::int64_t>(0, shared_memory_of_the_host() - shared_then_);
  for (const pid_t pid : pids) at_most += resident_bytes(pid);
  if (at_most <= memory_bytes_) return false;
  Resident mapped;
  for (const pid_t pid : pids) {
    const auto one = proportional_bytes(pid);
    mapped.all += one.all, mapped.shared += one.shared;
  }
  // A file in memory may be mapped, or open, or both: the greater sum counts none twice, and at least half of all.
  return mapped.all - mapped.shared + std::max(mapped.shared, nameless_bytes(pids).in_memory) > memory_bytes_;
}

std::int64_t TreeWatch::deleted_bytes() {
  read_status();
  return init_ != 0 && is_ours(init_) ? nameless_bytes(tree(init_)).on_disk : 0;
}

std::optional<int> TreeWatch::exit_code() {
  read_status();
  return exit_code_;
}

void TreeWatch::signal_first(int number) {
  read_status();
  if (init_ == 0 || !is_ours(init_)) return;
  std::ifstream children(fmt::format("/proc/{}/task/{}/children", init_, init_));
  for (pid_t child = 0; children >> child;) ::kill(child, number);
}

void TreeWatch::end() {
  read_status();
  if (init_ == 0) return;
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, init_, 0)));
  if (!process || !is_ours(init_)) return;  // reaped already
  ::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0);
  pollfd gone{process.get(), POLLIN, 0};
  while (::poll(&gone, 1, kTeardownMs) < 0 && errno == EINTR) {
  }
}

}  // namespace argosy::sandbox
