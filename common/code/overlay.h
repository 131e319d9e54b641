// A tree with an edit laid over it. One thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/code/source_tree.h"

namespace argosy::code {

// What `tree` would be after `edit`. Both must outlive it.
class Overlay final : public SourceTree {
 public:
  Overlay(const SourceTree& tree, const Edit& edit) : tree_(tree), edit_(edit) {}

  Result<std::vector<std::string>> list() const override;
  Result<std::optional<std::string>> read(const std::string& path) const override;

 private:
  const SourceTree& tree_;
  const Edit& edit_;
};

}  // namespace argosy::code
