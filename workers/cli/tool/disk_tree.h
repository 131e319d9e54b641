// A folder as the source tree that edits are applied to. Blocking, one thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "common/code/source_tree.h"

namespace argosy::cli {

class DiskTree final : public code::SourceTree {
 public:
  // Errors (B): root_unreadable, when it is no folder.
  static Result<DiskTree> open(std::filesystem::path root);

  Result<std::vector<std::string>> list() const override;
  // Errors (B): path_conflict, when a symbolic link, a file or something that is neither file nor folder is in the way.
  Result<std::optional<std::string>> read(const std::string& path) const override;
  const std::filesystem::path& root() const { return root_; }

 private:
  explicit DiskTree(std::filesystem::path root) : root_(std::move(root)) {}

  std::filesystem::path root_;
  mutable std::optional<std::vector<std::string>> paths_;
};

}  // namespace argosy::cli
