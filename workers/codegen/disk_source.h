// The regular files of a work tree as code::apply wants to see them. One thread.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/code/source_tree.h"
#include "common/vcs/repository.h"

namespace argosy::codegen {

class DiskSource final : public code::SourceTree {
 public:
  static Result<DiskSource> open(const vcs::WorkTree& tree);

  Result<std::vector<std::string>> list() const override;
  Result<std::optional<std::string>> read(const std::string& path) const override;

 private:
  explicit DiskSource(std::filesystem::path root) : root_(std::move(root)) {}

  std::filesystem::path root_;
  std::set<std::string> paths_;
};

}  // namespace argosy::codegen
