#include "common/sandbox/limits/disk_watch.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string_view>

#include "common/core/clock.h"

namespace argosy::sandbox {
namespace {

constexpr std::size_t kMaxDepth = 256;  // folders in folders; deeper is meant to hide something
constexpr std::chrono::seconds kLookAtLeastEvery{1};
constexpr int kShareOfTime = 100;     // a look that took t is followed by the next after 100 t at the earliest
constexpr std::int64_t kBlock = 512;  // what st_blocks counts in, whatever the disk does

class Walk {
 public:
  Walk(std::int64_t max_bytes, std::int64_t max_files) : max_bytes_(max_bytes), max_files_(max_files) {}

  // Ends early once it is over a bound.
  void add(int folder, std::size_t depth) {
    const std::unique_ptr<DIR, int (*)(DIR*)> open(::fdopendir(folder), &::closedir);
    if (!open) {
      ::close(folder);
      return;
    }
    for (const dirent* entry = nullptr; !over() && (entry = ::readdir(open.get())) != nullptr;) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") add_entry(::dirfd(open.get()), entry->d_name, depth);
    }
  }

  bool over() const { return too_deep_ || bytes_ > max_bytes_ || files_ > max_files_; }
  std::int64_t bytes() const { return bytes_; }
  std::int64_t files() const { return files_; }

 private:
  void add_entry(int folder, const char* name, std::size_t depth) {
    struct stat about{};
    if (::fstatat(folder, name, &about, AT_SYMLINK_NOFOLLOW) != 0) return;
    ++files_;
    if (about.st_nlink == 1 || S_ISDIR(about.st_mode) || linked_.insert(about.st_ino).second) bytes_ += about.st_blocks * kBlock;
    if (!S_ISDIR(about.st_mode)) return;
    if (depth >= kMaxDepth) {
      too_deep_ = true;
      return;
    }
    const int inner = ::openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inner >= 0) add(inner, depth + 1);
  }

  std::int64_t max_bytes_, max_files_, bytes_ = 0, files_ = 0;
  bool too_deep_ = false;
  std::set<ino_t> linked_;
};

void add_folder(Walk& walk, const std::filesystem::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd >= 0) walk.add(fd, 0);
}

}  // namespace

bool holds_more(const std::filesystem::path& folder, std::int64_t bytes, std::int64_t files) {
  Walk walk(bytes, files);
  add_folder(walk, folder);
  return walk.over();
}

DiskWatch::Free DiskWatch::free_now() const {
  struct statvfs about{};
  if (folders_.empty() || ::statvfs(folders_.front().c_str(), &about) != 0) return {};
  return {static_cast<std::int64_t>(about.f_bfree * about.f_frsize), static_cast<std::int64_t>(about.f_ffree)};
}

bool DiskWatch::look(const std::function<std::int64_t()>& nameless) {
  Walk walk(max_bytes_, max_files_);
  for (const auto& folder : folders_) add_folder(walk, folder);
  bytes_ = walk.bytes();
  files_ = walk.files();
  if (walk.over()) return true;
  bytes_ += nameless();
  return bytes_ > max_bytes_;
}

bool DiskWatch::over(std::chrono::nanoseconds now, const std::function<std::int64_t()>& nameless) {
  const auto free = free_now();
  const bool may_be = free_then_.bytes - free.bytes > max_bytes_ - bytes_ || free_then_.files - free.files > max_files_ - files_;
  if (!looked_) {
    // What lies there at the start is taken to be little: the first real look comes with its time.
    looked_ = true;
    free_then_ = free;
    next_look_ = now + kLookAtLeastEvery;
    return false;
  }
  if (!may_be && now < next_look_) return false;
  const bool too_much = look(nameless);
  const auto took = system_clock().boot_time() - now;
  free_then_ = free_now();
  next_look_ = now + std::max<std::chrono::nanoseconds>(kLookAtLeastEvery, took * kShareOfTime);
  return too_much;
}

}  // namespace argosy::sandbox
