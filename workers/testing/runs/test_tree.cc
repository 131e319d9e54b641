#include "workers/testing/runs/test_tree.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "common/core/file.h"

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

// Deeper than any tool puts a report; a stranger's folders may go on.
constexpr int kMaxReportDepth = 64;

template <class Wanted>
std::vector<fs::path> find_if(const fs::path& root, std::size_t max, const Wanted& wanted) {
  std::vector<fs::path> found;
  std::error_code error;
  std::size_t seen = 0;
  fs::recursive_directory_iterator it(root, fs::directory_options::skip_permission_denied, error);
  for (; !error && it != fs::end(it) && ++seen < kMaxEntries && found.size() < max; it.increment(error)) {
    if (it.depth() >= kMaxReportDepth) it.disable_recursion_pending();
    if (it->is_regular_file(error) && !it->is_symlink(error) && wanted(it->path())) found.push_back(it->path());
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace

Result<MadeTree> make_tree(vcs::Repository& repository, const std::string& commit, const std::vector<std::string>& patches,
                           const fs::path& to) {
  ARGOSY_TRY(auto checkout, repository.checkout(commit));
  for (const auto& patch : patches)
    if (!patch.empty()) ARGOSY_TRY_VOID(checkout->apply(patch));
  ARGOSY_TRY(auto files, copy_files(*checkout, to));
  return MadeTree{std::move(checkout), std::move(files)};
}

Result<std::vector<std::string>> copy_files(const vcs::WorkTree& checkout, const fs::path& to) {
  ARGOSY_TRY(const auto entries, checkout.files());
  std::error_code error;
  if (!fs::create_directory(to, error)) return not_written(to, error);
  std::vector<std::string> files;
  for (const auto& entry : entries) {
    ARGOSY_TRY_VOID(copy_entry(checkout.path(), to, entry));
    files.push_back(entry.path);
  }
  std::ranges::sort(files);
  return files;
}

Result<void> put_back(const fs::path& root, const std::string& path, const std::optional<std::string>& bytes) {
  std::error_code error;
  auto above = root;
  for (const auto& part : fs::path(path).parent_path()) {
    above /= part;
    const auto kind = fs::symlink_status(above, error).type();
    if (kind == fs::file_type::not_found && bytes) fs::create_directory(above, error);
    if (!fs::is_directory(fs::symlink_status(above, error))) return {};
  }
  fs::remove_all(root / path, error);  // a folder in its place, too; links in it are not followed
  if (error) return not_written(root / path, error);
  return bytes ? write_file_atomic(root / path, *bytes, 0644) : Result<void>();
}

std::string read_untrusted(const fs::path& root, const fs::path& file, std::size_t max_bytes) {
  const int folder = ::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (folder < 0) return {};
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const int fd = static_cast<int>(::syscall(SYS_openat2, folder, file.c_str(), &how, sizeof how));
  ::close(folder);
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
  return find_if(root, max, [&](const fs::path& path) {
    if (path.extension() != ".xml") return false;
    const auto below = path.parent_path().lexically_relative(root);
    return std::ranges::find(below, fs::path(folder)) != below.end();
  });
}

std::vector<fs::path> find_files(const fs::path& root, const std::string& name, std::size_t max) {
  return find_if(root, max, [&](const fs::path& path) { return path.filename() == name; });
}

}  // namespace argosy::testing
