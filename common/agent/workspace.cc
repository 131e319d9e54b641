#include "common/agent/workspace.h"

#include <utility>

namespace argosy::agent {

Result<void> Workspace::stage(const code::Edit& edit) {
  auto next = edits_;
  for (const auto& [path, bytes] : edit.files) {
    ARGOSY_TRY(const auto before, base_->read(path));
    if (before == bytes) {
      next.files.erase(path);  // as it was: no difference any more
      next.renamed_from.erase(path);
    } else {
      next.files[path] = bytes;
      if (!bytes) next.renamed_from.erase(path);
    }
  }
  for (const auto& [to, from] : edit.renamed_from) {
    if (!next.files.contains(to)) continue;
    // Moved twice it comes from where it stood first; a file that the base does not have has no mode to keep.
    const auto earlier = edits_.renamed_from.find(from);
    const auto origin = earlier == edits_.renamed_from.end() ? from : earlier->second;
    ARGOSY_TRY(const auto was, base_->read(origin));
    if (was) next.renamed_from[to] = origin;
  }
  edits_ = std::move(next);
  return {};
}

}  // namespace argosy::agent
