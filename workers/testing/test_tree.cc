#include "workers/testing/test_tree.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace argosy::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxEntries = 2'000'000;  // looked at for reports below a tree

std::unexpected<Error> not_written(const fs::path& path, const std::error_code& error) {
  return fail_transient("tree_not_written", fmt::format("cannot copy {}: {}", path.string(), error.message()),
                        "is the disk of ARGOSY_WORK_DIR full?");
}

Result<void> copy_entry(const fs::path& from, const fs::path& to, const vcs::FileEntry& entry) {
  if (entry.mode == "160000") return {};
  std::error_code error;
  fs::create_directories((to / entry.path).parent_path(), error);
  if (entry.mode == "120000")
    fs::copy_symlink(from / entry.path, to / entry.path, error);
  else if (!error)
    fs::copy_file(from / entry.path, to / entry.path, error);
  if (error) return not_written(entry.path, error);
  return {};
}

}  // namespace

Result<std::vector<std::string>> make_tree(vcs::Repository& repository, const std::string& commit, const std::vector<std::string>& patches,
                                           const fs::path& to) {
  ARGOSY_TRY(const auto checkout, repository.checkout(commit));
  for (const auto& patch : patches)
    if (!patch.empty()) ARGOSY_TRY_VOID(checkout->apply(patch));
  ARGOSY_TRY(const auto entries, checkout->files());
  std::error_code error;
  if (!fs::create_directory(to, error)) return not_written(to, error);
  std::vector<std::string> files;
  for (const auto& entry : entries) {
    ARGOSY_TRY_VOID(copy_entry(checkout->path(), to, entry));
    files.push_back(entry.path);
  }
  std::ranges::sort(files);
  return files;
}

std::string read_untrusted(const fs::path& path, std::size_t max_bytes) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return {};
  struct stat about{};
  std::string bytes;
  if (::fstat(fd, &about) == 0 && S_ISREG(about.st_mode)) {
    bytes.resize(std::min(static_cast<std::size_t>(about.st_size), max_bytes));
    std::size_t got = 0;
    for (ssize_t n = 0; got < bytes.size() && (n = ::read(fd, bytes.data() + got, bytes.size() - got)) > 0;)
      got += static_cast<std::size_t>(n);
    bytes.resize(got);
  }
  ::close(fd);
  return bytes;
}

std::vector<fs::path> find_reports(const fs::path& root, const std::string& folder, std::size_t max) {
  std::vector<fs::path> found;
  std::error_code error;
  std::size_t seen = 0;
  fs::recursive_directory_iterator it(root, fs::directory_options::skip_permission_denied, error);
  for (; !error && it != fs::end(it) && ++seen < kMaxEntries; it.increment(error)) {
    const auto& path = it->path();
    if (it->is_symlink(error) || path.extension() != ".xml") continue;
    const auto below = path.parent_path().lexically_relative(root);
    if (std::ranges::find(below, fs::path(folder)) == below.end()) continue;
    found.push_back(path);
    if (found.size() >= max) break;
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace argosy::testing
