#include "common/vcs/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>

namespace argosy::vcs {
namespace {

// flock cannot wait with a limit, so we ask again: often enough not to be felt beside a fetch, rarely enough to cost nothing.
constexpr std::chrono::milliseconds kAskAgain{20};

int open_lock(const std::filesystem::path& path) { return ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600); }

// A lock on a file that was deleted meanwhile excludes nobody.
bool still_named(int fd, const std::filesystem::path& path) {
  struct stat ours{}, named{};
  return ::fstat(fd, &ours) == 0 && ::stat(path.c_str(), &named) == 0 && ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

}  // namespace

Result<FileLock> FileLock::take(const std::filesystem::path& path, Kind kind, std::chrono::milliseconds patience,
                                const std::function<bool()>& cancelled) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  const int mode = (kind == Kind::shared ? LOCK_SH : LOCK_EX) | LOCK_NB;
  while (true) {
    std::error_code ignored;
    std::filesystem::create_directories(path.parent_path(), ignored);
    FileLock lock(open_lock(path));
    if (lock.fd_ < 0)
      return fail_transient("lock_failed", fmt::format("cannot open {}: {}", path.string(), std::generic_category().message(errno)));
    while (::flock(lock.fd_, mode) != 0) {
      if (cancelled && cancelled()) return fail_transient("cancelled", "stopped waiting for a mirror because the step was cancelled");
      if (std::chrono::steady_clock::now() > give_up)
        return fail_transient("lock_timeout", fmt::format("another process holds {} for too long", path.string()));
      std::this_thread::sleep_for(kAskAgain);
    }
    if (still_named(lock.fd_, path)) return lock;
    if (std::chrono::steady_clock::now() > give_up)
      return fail_transient("lock_timeout", fmt::format("{} is deleted again and again", path.string()));
  }
}

std::optional<FileLock> FileLock::try_take(const std::filesystem::path& path) {
  FileLock lock(open_lock(path));
  if (lock.fd_ < 0 || ::flock(lock.fd_, LOCK_EX | LOCK_NB) != 0 || !still_named(lock.fd_, path)) return std::nullopt;
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace argosy::vcs
