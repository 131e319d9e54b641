#include "common/core/folders/scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace argosy {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPrefix = "scratch-";
constexpr const char* kLock = ".lock";
// Deeper folders are moved up before they are entered: neither paths nor descriptors grow with the depth of what a stranger made.
constexpr std::size_t kMaxDepth = 32;

int lock_file(const fs::path& folder, int flags) {
  const int fd = ::open((folder / kLock).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
  if (fd >= 0 && ::flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  if (fd >= 0) ::close(fd);
  return -1;
}

class Remover {
 public:
  explicit Remover(int top) : top_(top) {}

  // Empties the folder behind `fd`, which it closes.
  bool empty(int fd, std::size_t depth) {
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(::fdopendir(fd), &::closedir);
    if (!folder) return ::close(fd), false;
    bool all = true;
    for (const dirent* entry = nullptr; (entry = ::readdir(folder.get())) != nullptr;) {
      const std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      all = remove(::dirfd(folder.get()), name, depth) && all;
    }
    return all;
  }

 private:
  bool remove(int folder, const std::string& name, std::size_t depth) {
    if (::unlinkat(folder, name.c_str(), 0) == 0 || errno == ENOENT) return true;
    if (errno != EISDIR && errno != EPERM && errno != EACCES) return false;
    if (depth >= kMaxDepth) return move_up(folder, name);
    int inner = ::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    // A build left it closed (module caches do): it is ours, so open it.
    if (inner < 0 && errno == EACCES && ::fchmodat(folder, name.c_str(), 0700, 0) == 0)
      inner = ::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inner < 0) return false;
    ::fchmod(inner, 0700);
    return empty(inner, depth + 1) && ::unlinkat(folder, name.c_str(), AT_REMOVEDIR) == 0;
  }

  // remove_tree comes to it later, in the top.
  bool move_up(int folder, const std::string& name) {
    int moved = -1;
    do moved = ::renameat2(folder, name.c_str(), top_, fmt::format("deep-{}", ++moved_).c_str(), RENAME_NOREPLACE);
    while (moved != 0 && errno == EEXIST);
    return moved == 0;
  }

  int top_;
  std::size_t moved_ = 0;
};

}  // namespace

Result<Scratch> Scratch::open(const fs::path& parent) {
  std::error_code there;
  fs::create_directories(parent, there);  // should it fail, the next call says why
  // Named without the prefix until it is locked, so that no sweep takes it in between.
  auto name = (parent / ".scratch-XXXXXX").string();
  const bool made = ::mkdtemp(name.data()) != nullptr && ::chmod(name.c_str(), 0711) == 0;
  const int lock = made ? lock_file(name, O_CREAT) : -1;
  const auto final = parent / (kPrefix + name.substr(name.size() - 6));
  if (lock >= 0 && ::rename(name.c_str(), final.c_str()) == 0) return Scratch(final, lock);
  const auto problem = std::string(std::strerror(errno));
  if (lock >= 0) ::close(lock);
  if (made) remove_tree(name);
  return fail_transient("file_unwritable", fmt::format("cannot make a folder in {}: {}", parent.string(), problem));
}

Scratch::~Scratch() {
  if (lock_ < 0) return;
  remove_tree(path_);
  ::close(lock_);
}

Scratch::Scratch(Scratch&& other) noexcept : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

std::size_t Scratch::sweep(const fs::path& parent) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator it(parent, error), end; !error && it != end; it.increment(error))
    if (it->path().filename().string().starts_with(kPrefix) && it->is_directory(error) && !it->is_symlink(error))
      found.push_back(it->path());
  std::size_t swept = 0;
  for (const auto& folder : found) {
    const int lock = lock_file(folder, 0);
    if (lock < 0) continue;
    swept += remove_tree(folder) ? 1 : 0;
    ::close(lock);
  }
  return swept;
}

bool remove_tree(const fs::path& path) {
  // As often as something was moved up; what cannot be removed ends it.
  for (;;) {
    const int top = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (top < 0) return errno == ENOENT || ::unlink(path.c_str()) == 0;
    ::fchmod(top, 0700);
    Remover remover(top);
    const int again = ::fcntl(top, F_DUPFD_CLOEXEC, 0);
    const bool all = again >= 0 && remover.empty(again, 0);
    ::close(top);
    if (::rmdir(path.c_str()) == 0) return true;
    if (!all || (errno != ENOTEMPTY && errno != EEXIST)) return false;
  }
}

}  // namespace argosy
