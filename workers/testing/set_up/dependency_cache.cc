#include "workers/testing/set_up/dependency_cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "common/core/folders/scratch.h"

namespace argosy::testing {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPart = ".part";
constexpr const char* kLock = ".lock";

std::unexpected<Error> unwritable(const fs::path& path, const std::string& why) {
  return fail_transient("cache_unwritable", fmt::format("cannot keep dependencies in {}: {}", path.string(), why),
                        "is the disk of ARGOSY_WORK_DIR full?");
}

// Whether a lock file is still found under its name.
bool is_current(int lock) {
  struct stat about{};
  return ::fstat(lock, &about) == 0 && about.st_nlink > 0;
}

}  // namespace

DependencyFolder::~DependencyFolder() {
  if (lock_ < 0) return;
  if (!filled_) remove_tree(path_);
  ::close(lock_);
}

DependencyFolder::DependencyFolder(DependencyFolder&& other) noexcept
    : path_(std::move(other.path_)), final_(std::move(other.final_)), lock_(std::exchange(other.lock_, -1)), filled_(other.filled_) {}

DependencyFolder& DependencyFolder::operator=(DependencyFolder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(final_, other.final_);
  std::swap(lock_, other.lock_);
  std::swap(filled_, other.filled_);
  return *this;
}

Result<void> DependencyFolder::keep() {
  std::error_code error;
  fs::rename(path_, final_, error);
  if (error) return unwritable(final_, error.message());
  path_ = final_;
  filled_ = true;
  ::flock(lock_, LOCK_SH);
  // The lock was not held for a moment, and it was the oldest one for somebody.
  if (!fs::exists(final_, error)) return unwritable(final_, "it was removed at once; ARGOSY_DEPENDENCY_CACHES is too small");
  return {};
}

Result<DependencyFolder> DependencyCache::open(const std::string& key) const {
  std::error_code error;
  fs::create_directories(root_, error);
  if (error) return unwritable(root_, error.message());
  remove_oldest();
  const auto folder = root_ / key, part = root_ / (key + kPart), file = root_ / (key + kLock);
  for (;;) {
    const int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) return unwritable(root_, std::strerror(errno));
    // Shared when it is there; alone to fill it, and looked at again then: another may have.
    ::flock(lock, LOCK_SH);
    if (!fs::exists(folder, error)) ::flock(lock, LOCK_EX);
    if (!is_current(lock)) {  // removed while we waited: the next comer makes another one
      ::close(lock);
      continue;
    }
    ::futimens(lock, nullptr);  // used now
    if (!fs::exists(folder, error)) {
      remove_tree(part);
      fs::create_directory(part, error);
      if (!error) return DependencyFolder(part, folder, lock, false);
      ::close(lock);
      return unwritable(part, error.message());
    }
    ::flock(lock, LOCK_SH);  // for a moment it is not held at all
    if (fs::exists(folder, error)) return DependencyFolder(folder, folder, lock, true);
    ::close(lock);
  }
}

void DependencyCache::remove_oldest() const {
  std::vector<std::pair<fs::file_time_type, fs::path>> locks;
  std::error_code error;
  for (fs::directory_iterator it(root_, error), end; !error && it != end; it.increment(error))
    if (it->path().extension() == kLock) locks.emplace_back(it->last_write_time(error), it->path());
  std::ranges::sort(locks);
  for (std::size_t i = 0; i < locks.size(); ++i) {
    const auto& file = locks[i].second;
    const int lock = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
    if (lock < 0) continue;
    // Whoever uses it, or fills it, holds the lock. What a process that died left half-filled goes too.
    if (::flock(lock, LOCK_EX | LOCK_NB) == 0) {
      const auto folder = fs::path(file).replace_extension();
      remove_tree(fs::path(folder) += kPart);
      if (i + most_ < locks.size() || !fs::exists(folder, error)) {
        remove_tree(folder);
        ::unlink(file.c_str());
      }
    }
    ::close(lock);
  }
}

}  // namespace argosy::testing
