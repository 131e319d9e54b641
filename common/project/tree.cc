#include "common/project/tree.h"

#include <fmt/format.h>

#include <algorithm>

namespace argosy::project {

bool Tree::has(const std::string& path) const { return std::ranges::binary_search(files, path); }

bool Tree::has_below(const std::string& folder) const {
  if (folder.empty()) return !files.empty();
  const auto start = folder + "/";
  const auto first = std::ranges::lower_bound(files, start);
  return first != files.end() && first->starts_with(start);
}

Tree below(const Tree& tree, const std::string& folder) {
  if (folder.empty()) return tree;
  const auto start = folder + "/";
  Tree part{{}, [&tree, start](const std::string& path) { return tree.read(start + path); }};
  for (auto file = std::ranges::lower_bound(tree.files, start); file != tree.files.end() && file->starts_with(start); ++file)
    part.files.push_back(file->substr(start.size()));
  return part;
}

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string_view folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string joined(std::string_view folder, std::string_view path) {
  return folder.empty() ? std::string(path) : fmt::format("{}/{}", folder, path);
}

bool is_in(std::string_view folder, std::string_view path) {
  return folder.empty() || (path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/');
}

}  // namespace argosy::project
