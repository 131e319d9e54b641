// A tree in memory for tests of agents. One thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/code/source_tree.h"

namespace argosy::agent {

class MemoryTree final : public code::SourceTree {
 public:
  explicit MemoryTree(std::map<std::string, std::string> files) : files_(std::move(files)) {}
  Result<std::vector<std::string>> list() const override {
    std::vector<std::string> paths;
    for (const auto& [path, bytes] : files_) paths.push_back(path);
    return paths;
  }
  Result<std::optional<std::string>> read(const std::string& path) const override {
    const auto found = files_.find(path);
    return found == files_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::map<std::string, std::string> files_;
};

inline std::shared_ptr<const code::SourceTree> tree_of(std::map<std::string, std::string> files) {
  return std::make_shared<MemoryTree>(std::move(files));
}

}  // namespace argosy::agent
