#include "workers/codegen/tree_writer.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "common/core/file.h"
#include "common/core/text.h"
#include "common/tasks/change.h"

namespace argosy::codegen {
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
  const bool executable = status.type() == fs::file_type::regular && (status.permissions() & fs::perms::owner_exec) != fs::perms::none;
  return executable ? 0755 : 0644;
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

}  // namespace

Result<void> write_edit(const fs::path& root, const code::Edit& edit) {
  std::set<std::string> leaving;
  std::map<std::string, unsigned> modes;
  for (const auto& [path, bytes] : edit.files)
    if (!bytes) leaving.insert(path);
  for (const auto& [path, bytes] : edit.files) ARGOSY_TRY_VOID(check_way(root, path, leaving));
  for (const auto& [path, old_path] : edit.renamed_from) modes[path] = mode_of(root / old_path);

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

bool link_stays_inside(std::string_view path, std::string_view target) {
  if (target.empty() || target.starts_with('/') || target.find('\0') != std::string_view::npos) return false;
  std::vector<std::string_view> place;
  for (const auto part : text::split(path, '/')) place.push_back(part);
  place.pop_back();
  for (const auto part : text::split(target, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == ".git") return false;
    if (part != "..") {
      place.push_back(part);
    } else if (place.empty()) {
      return false;
    } else {
      place.pop_back();
    }
  }
  return true;
}

}  // namespace argosy::codegen
