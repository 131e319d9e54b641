#include "common/project/disk_tree.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <deque>

namespace argosy::project {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 17> kPassedOver{".git",        ".hg",        ".svn",  "node_modules",     ".venv",   "venv",
                                                       "__pycache__", ".tox",       ".nox",  ".mypy_cache",      ".gradle", ".pytest_cache",
                                                       ".ruff_cache", ".terraform", ".next", "bower_components", ".eggs"};

// What a build leaves: only where the tool's own file lies beside it is "target" no source folder.
bool is_build_output(const fs::path& folder) {
  if (folder.filename() != "target") return false;
  std::error_code error;
  return fs::exists(folder.parent_path() / "pom.xml", error) || fs::exists(folder.parent_path() / "Cargo.toml", error);
}

bool is_passed_over(const fs::path& folder) {
  const auto name = folder.filename().string();
  return std::ranges::find(kPassedOver, name) != kPassedOver.end() || is_build_output(folder);
}

// Level by level, so that a limit cuts what is deepest.
class Walk {
 public:
  explicit Walk(const fs::path& root) : root_(root) { folders_.emplace_back(); }

  DiskTree run() {
    while (!folders_.empty() && !full()) {
      const auto folder = std::move(folders_.front());
      folders_.pop_front();
      look_into(folder);
    }
    found_.truncated = found_.truncated || full();
    std::ranges::sort(found_.tree.files);
    found_.tree.read = [root = root_](const std::string& path) { return read_regular(root / path, kMaxReadBytes); };
    return std::move(found_);
  }

 private:
  bool full() const { return entries_ >= kMaxTreeEntries || found_.tree.files.size() >= kMaxTreeFiles; }

  void look_into(const std::string& folder) {
    std::error_code error;
    fs::directory_iterator entry(root_ / folder, fs::directory_options::skip_permission_denied, error);
    for (; !error && entry != fs::directory_iterator() && !full(); entry.increment(error)) {
      ++entries_;
      std::error_code unknown;
      const auto status = entry->symlink_status(unknown);
      if (unknown) continue;
      auto path = joined(folder, entry->path().filename().string());
      if (fs::is_directory(status)) {
        if (!is_passed_over(entry->path())) folders_.push_back(std::move(path));
      } else if (fs::is_regular_file(status)) {
        found_.tree.files.push_back(std::move(path));
      }
    }
  }

  fs::path root_;
  std::deque<std::string> folders_;
  std::size_t entries_ = 0;
  DiskTree found_;
};

}  // namespace

Result<DiskTree> disk_tree(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    const bool there = fs::exists(fs::symlink_status(folder, error));
    return fail_user("folder_not_found", fmt::format("{} is {}", folder.string(), there ? "no folder" : "not there"));
  }
  fs::directory_iterator readable(folder, error);
  if (error) return fail_user("folder_not_found", fmt::format("{} cannot be read: {}", folder.string(), error.message()));
  return Walk(folder).run();
}

std::string read_regular(const fs::path& path, std::size_t max_bytes) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return {};
  std::string bytes;
  struct stat status{};
  if (::fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
    std::array<char, 16'384> piece;
    while (bytes.size() < max_bytes) {
      const auto got = ::read(fd, piece.data(), std::min(piece.size(), max_bytes - bytes.size()));
      if (got <= 0) break;
      bytes.append(piece.data(), static_cast<std::size_t>(got));
    }
  }
  ::close(fd);
  return bytes;
}

}  // namespace argosy::project
