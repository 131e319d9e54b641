#include "common/code/disk/tree_writer.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <tuple>
#include <vector>

#include "common/core/file.h"
#include "common/tasks/change.h"

namespace argosy::code {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> in_the_way(const std::string& path, const std::string& what) {
  return fail_user("path_conflict", fmt::format("{} cannot be written: {} is no folder or regular file that could be replaced", path, what),
                   "choose another path or delete what is there first");
}

// Looks at every folder on the way without following links.
Result<void> check_way(const fs::path& root, const std::string& path, const std::set<std::string>& leaving) {
  if (!tasks::is_safe_repo_path(path)) return fail_user("path_unsafe", fmt::format("'{}' is not a path inside the repository", path));
  std::error_code ignored;
  for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    const auto folder = path.substr(0, slash);
    const auto status = fs::symlink_status(root / folder, ignored);
    if (status.type() == fs::file_type::not_found) return {};
    if (status.type() == fs::file_type::regular && leaving.contains(folder)) return {};  // it makes room for a folder
    if (status.type() != fs::file_type::directory) return in_the_way(path, folder);
  }
  const auto status = fs::symlink_status(root / path, ignored);
  // A folder is replaced only if the same edit empties it, and then it is gone by the time of the write.
  const bool folder = status.type() == fs::file_type::directory;
  if (status.type() != fs::file_type::not_found && status.type() != fs::file_type::regular && !folder) return in_the_way(path, path);
  return {};
}

void remove_empty_folders(const fs::path& root, const std::string& path) {
  std::error_code error;
  for (auto folder = fs::path(path).parent_path(); !folder.empty() && !error; folder = folder.parent_path())
    if (!fs::remove(root / folder, error)) break;
}

unsigned mode_of(const fs::path& path) {
  std::error_code error;
  const auto status = fs::symlink_status(path, error);
  return status.type() == fs::file_type::regular ? static_cast<unsigned>(status.permissions()) & 07777 : 0644;
}

Result<void> write_one(const fs::path& root, const std::string& path, const std::string& bytes, unsigned mode) {
  std::error_code error;
  fs::create_directories((root / path).parent_path(), error);
  if (error) return fail_transient("write_failed", fmt::format("cannot make the folder of {}: {}", path, error.message()));
  if (fs::symlink_status(root / path, error).type() == fs::file_type::directory) return in_the_way(path, path);
  ARGOSY_TRY_VOID(write_file_atomic(root / path, bytes, mode));
  fs::permissions(root / path, fs::perms(mode), error);
  if (error) return fail_transient("write_failed", fmt::format("cannot set the mode of {}: {}", path, error.message()));
  return {};
}

// What the files of an edit were, to put it back.
class Before {
 public:
  Before(const fs::path& root, const Edit& edit) : root_(root) {
    for (const auto& [path, bytes] : edit.files) {
      std::error_code ignored;
      if (fs::symlink_status(root / path, ignored).type() != fs::file_type::regular) {
        files_.emplace_back(path, std::nullopt, 0u);
      } else if (auto old = read_file(root / path)) {
        files_.emplace_back(path, *std::move(old), mode_of(root / path));
      }
    }
  }
  void restore() const {
    std::error_code ignored;
    for (const auto& [path, bytes, mode] : files_) {
      if (bytes || fs::symlink_status(root_ / path, ignored).type() != fs::file_type::regular) continue;
      fs::remove(root_ / path, ignored);
      remove_empty_folders(root_, path);
    }
    for (const auto& [path, bytes, mode] : files_)
      if (bytes) (void)write_one(root_, path, *bytes, mode);
  }

 private:
  const fs::path& root_;
  std::vector<std::tuple<std::string, std::optional<std::string>, unsigned>> files_;
};

Result<void> write_all(const fs::path& root, const Edit& edit, const std::set<std::string>& leaving,
                       const std::map<std::string, unsigned>& modes) {
  // What leaves goes first: a file may make room for a folder of its name, and the other way round.
  std::error_code error;
  for (const auto& path : leaving) {
    fs::remove(root / path, error);
    if (error) return fail_transient("write_failed", fmt::format("cannot delete {}: {}", path, error.message()));
    remove_empty_folders(root, path);
  }
  for (const auto& [path, bytes] : edit.files) {
    if (!bytes) continue;
    ARGOSY_TRY_VOID(write_one(root, path, *bytes, modes.contains(path) ? modes.at(path) : mode_of(root / path)));
  }
  return {};
}

}  // namespace

Result<void> write_edit(const fs::path& root, const Edit& edit) {
  std::set<std::string> leaving;
  std::map<std::string, unsigned> modes;
  for (const auto& [path, bytes] : edit.files)
    if (!bytes) leaving.insert(path);
  for (const auto& [path, bytes] : edit.files) ARGOSY_TRY_VOID(check_way(root, path, leaving));
  for (const auto& [path, old_path] : edit.renamed_from) modes[path] = mode_of(root / old_path);
  const Before before(root, edit);
  auto done = write_all(root, edit, leaving, modes);
  if (!done) before.restore();
  return done;
}

}  // namespace argosy::code
