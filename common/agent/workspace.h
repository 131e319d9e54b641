// The repository as one agent sees it: the tree that its step began with, and its own edits on top, in memory until they are handed on.
// One loop at a time.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/code/overlay.h"
#include "common/code/source_tree.h"

namespace argosy::agent {

class Workspace final : public code::SourceTree {
 public:
  explicit Workspace(std::shared_ptr<const code::SourceTree> base, code::Edit edits = {})
      : base_(std::move(base)), edits_(std::move(edits)) {}

  Result<std::vector<std::string>> list() const override { return code::Overlay(*base_, edits_).list(); }
  Result<std::optional<std::string>> read(const std::string& path) const override { return code::Overlay(*base_, edits_).read(path); }

  const code::SourceTree& base() const { return *base_; }
  // All that differs from the base; a file that was put back is not in it.
  const code::Edit& edits() const { return edits_; }
  // Lays `edit`, made on top of this, over what is there. Errors: those of the tree. Whether it may be done was asked before (policy.h).
  Result<void> stage(const code::Edit& edit);

 private:
  std::shared_ptr<const code::SourceTree> base_;
  code::Edit edits_;
};

}  // namespace argosy::agent
