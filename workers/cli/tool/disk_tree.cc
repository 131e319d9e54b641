#include "workers/cli/tool/disk_tree.h"

#include <utility>

#include <fmt/format.h>

#include "common/core/file.h"
#include "common/tasks/change.h"
#include "workers/cli/tool/tree.h"

namespace argosy::cli {

namespace fs = std::filesystem;

Result<DiskTree> DiskTree::open(fs::path root) {
  std::error_code error;
  if (!fs::is_directory(root, error)) return fail_user("root_unreadable", fmt::format("{} is no folder", root.string()));
  return DiskTree(std::move(root));
}

Result<std::vector<std::string>> DiskTree::list() const {
  if (!paths_) {
    ARGOSY_TRY(paths_, files_below(root_));
  }
  return *paths_;
}

Result<std::optional<std::string>> DiskTree::read(const std::string& path) const {
  if (!tasks::is_safe_repo_path(path)) return std::nullopt;
  std::error_code ignored;
  for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    const auto type = fs::symlink_status(root_ / path.substr(0, slash), ignored).type();
    if (type == fs::file_type::not_found) return std::nullopt;
    if (type != fs::file_type::directory)
      return fail_user("path_conflict", fmt::format("{} is no folder but a file or a link", path.substr(0, slash)));
  }
  const auto type = fs::symlink_status(root_ / path, ignored).type();
  if (type == fs::file_type::not_found) return std::nullopt;
  if (type == fs::file_type::directory) return fail_user("path_conflict", fmt::format("{} is a folder", path));
  if (type != fs::file_type::regular) return fail_user("path_conflict", fmt::format("{} is a link or a device, not a regular file", path));
  ARGOSY_TRY(auto bytes, read_file(root_ / path));
  return bytes;
}

}  // namespace argosy::cli
