// What an agent may touch, whatever its model says: asked before each edit is staged, and of all edits before they are handed on. Where the
// model's words, or those of any file, say otherwise, nothing changes. Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/agent/workspace.h"
#include "common/core/error.h"
#include "common/tasks/constraints.h"

namespace argosy::agent {

struct Policy {
  std::vector<std::string> write_set{};  // globs; empty: everything that is not forbidden
  tasks::Constraints constraints{};      // avoid_files, max_files_changed: of the task and of the agent
  std::int64_t max_files_changed = 200;
  std::size_t max_binary_bytes = 256u << 10;
  std::set<std::string> protected_allowed{};  // of CI workflows, hooks, lock files, .argosy.yaml those that a person lets it change
};

// Whether `edit`, on top of the workspace, is allowed. Errors (B), in words that the model is told: write_set_violated,
// avoid_files_violated, max_files_exceeded, binary_too_large, secret_in_change, path_unsafe; protected_file only where it is all that is
// in the way, for then a person can be asked.
Result<void> check(const Policy& policy, const Workspace& workspace, const code::Edit& edit);

}  // namespace argosy::agent
