#include "common/core/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include "common/core/crypto.h"
#include "common/core/folders/scratch.h"
#include "common/core/text.h"

namespace argosy {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kReadPiece = 64u << 10;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

std::unexpected<Error> unreadable(const fs::path& path, int problem) {
  if (problem == ENOENT || problem == ENOTDIR) return fail_user("file_not_found", fmt::format("{} does not exist", path.string()));
  return fail_user("file_unreadable", fmt::format("cannot read {}: {}", path.string(), std::strerror(problem)));
}

std::unexpected<Error> unwritable(const fs::path& path, int problem) {
  return fail_user("file_unwritable", fmt::format("cannot write {}: {}", path.string(), std::strerror(problem)));
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
    if (wrote < 0 && errno != EINTR) return false;
    if (wrote > 0) bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

}  // namespace

Result<std::string> read_file(const fs::path& path, std::size_t max_bytes) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return unreadable(path, errno);
  std::string bytes;
  for (;;) {
    const std::size_t before = bytes.size();
    bytes.resize(before + kReadPiece);
    const ssize_t got = ::read(file.get(), bytes.data() + before, kReadPiece);
    bytes.resize(before + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got < 0 && errno != EINTR) return unreadable(path, errno);
    if (got == 0) return bytes;
    if (bytes.size() > max_bytes) {
      return fail_user("file_too_large", fmt::format("{} has more than the allowed {} bytes", path.string(), max_bytes));
    }
  }
}

Result<void> write_file_atomic(const fs::path& path, std::string_view bytes, unsigned mode) {
  struct stat before{};
  if (::stat(path.c_str(), &before) == 0) mode = before.st_mode & 07777;
  // A name of its own, so that two writers of one file never share the half-written one.
  const fs::path beside = path.parent_path() / fmt::format(".{}.{}", path.filename().string(), text::hex(crypto::random_bytes(6)));
  const Descriptor file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.get() < 0) return unwritable(path, errno);
  if (!write_all(file.get(), bytes) || ::fchmod(file.get(), mode) != 0 || ::rename(beside.c_str(), path.c_str()) != 0) {
    const int problem = errno;
    ::unlink(beside.c_str());
    return unwritable(path, problem);
  }
  return {};
}

TempDir::TempDir(std::string_view prefix, const fs::path& parent) {
  std::string name = ((parent.empty() ? fs::temp_directory_path() : parent) / fmt::format("{}-XXXXXX", prefix)).string();
  if (::mkdtemp(name.data()) == nullptr)
    throw std::system_error(errno, std::generic_category(), fmt::format("cannot make a folder {}", name));
  path_ = name;
}

TempDir::TempDir(TempDir&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }

TempDir::~TempDir() {
  if (!path_.empty()) remove_tree(path_);
}

}  // namespace argosy
