// Sources in memory, for tests that look at a tree. Values; any thread may read.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/code/source_tree.h"

namespace argosy::test {

class MemoryTree : public code::SourceTree {
 public:
  explicit MemoryTree(std::map<std::string, std::string> by_path = {}) : files(std::move(by_path)) {}
  Result<std::vector<std::string>> list() const override {
    std::vector<std::string> paths;
    for (const auto& [path, bytes] : files) paths.push_back(path);
    return paths;
  }
  Result<std::optional<std::string>> read(const std::string& path) const override {
    const auto found = files.find(path);
    return found == files.end() ? std::nullopt : std::optional(found->second);
  }

  std::map<std::string, std::string> files;
};

}  // namespace argosy::test
