// The paths of a tree, asked for as imports name them. Used by this folder. Immutable once made, any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace argosy::code::imports {

std::string folder_of(std::string_view path);  // empty: the root
std::string_view name_of(std::string_view path);
std::string joined(std::string_view folder, std::string_view rest);
// `path` below `folder` with "." and ".." taken out; nothing when it leads out of the repository.
std::optional<std::string> below(std::string_view folder, std::string_view path);

class Paths {
 public:
  explicit Paths(std::vector<std::string> sorted);
  Paths(const Paths&) = delete;

  bool has(std::string_view path) const { return files_.contains(path); }
  bool has_folder(std::string_view folder) const { return folders_.contains(folder); }
  // Sorted; whose last part is that name.
  std::span<const std::string_view> named(std::string_view name) const;
  // Those named whose path is `tail` or ends with it after a slash.
  std::vector<std::string_view> ending_with(std::string_view tail) const;
  const std::vector<std::string>& all() const { return all_; }

 private:
  std::vector<std::string> all_;
  std::unordered_set<std::string_view> files_, folders_;
  std::unordered_map<std::string_view, std::vector<std::string_view>> named_;
};

}  // namespace argosy::code::imports
