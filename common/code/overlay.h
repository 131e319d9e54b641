// A tree with an edit laid over it, and a tree in memory. One thread.
#pragma once

#include <algorithm>
#include <map>
#include <string>

#include "common/code/source_tree.h"

namespace argosy::code {

// What `tree` would be after `edit`. Both must outlive it.
class Overlay final : public SourceTree {
 public:
  Overlay(const SourceTree& tree, const Edit& edit) : tree_(tree), edit_(edit) {}

  Result<std::vector<std::string>> list() const override {
    ARGOSY_TRY(auto paths, tree_.list());
    std::erase_if(paths, [&](const std::string& path) { return edit_.files.contains(path); });
    for (const auto& [path, bytes] : edit_.files)
      if (bytes) paths.push_back(path);
    std::ranges::sort(paths);
    return paths;
  }

  Result<std::optional<std::string>> read(const std::string& path) const override {
    const auto hit = edit_.files.find(path);
    return hit == edit_.files.end() ? tree_.read(path) : hit->second;
  }

 private:
  const SourceTree& tree_;
  const Edit& edit_;
};

}  // namespace argosy::code
