#include "workers/cli/tool/tree.h"

#include <algorithm>

#include <fmt/format.h>

namespace argosy::cli {

namespace fs = std::filesystem;

Result<std::vector<std::string>> files_below(const fs::path& root) {
  std::error_code error;
  fs::recursive_directory_iterator it(root, fs::directory_options::skip_permission_denied, error);
  if (error) return fail_user("root_unreadable", fmt::format("{} is no folder that can be read: {}", root.string(), error.message()));
  std::vector<std::string> files;
  for (const fs::recursive_directory_iterator end; it != end; it.increment(error)) {
    if (error) return fail_user("root_unreadable", fmt::format("{} cannot be read: {}", root.string(), error.message()));
    const auto name = it->path().filename();
    if (name == ".git" || name == "node_modules") it.disable_recursion_pending();
    if (it->is_symlink(error) || !it->is_regular_file(error)) continue;
    if (files.size() >= kMaxTreeFiles)
      return fail_user("root_too_large", fmt::format("{} has more than {} files", root.string(), kMaxTreeFiles));
    files.push_back(it->path().lexically_relative(root).generic_string());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace argosy::cli
