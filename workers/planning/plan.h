// From a task's operations to the steps that do them. Pure, any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/tasks/agent/last_steps.h"
#include "common/tasks/change.h"
#include "common/tasks/step.h"

namespace argosy::planning {

// Steps that run at the same time, and steps in a row; more operations share them.
inline constexpr std::size_t kMaxParallel = 16;
inline constexpr std::size_t kMaxChain = 64;

struct Grouping {
  // Side by side: the groups' explicit paths are disjoint. In a row: each group sees what those before it did.
  bool parallel = false;
  std::vector<std::vector<std::size_t>> groups;  // indices of operations, ascending within a group
};

// Operations on disjoint explicit paths go side by side, those that share a path (or lie below one another) into one group. As soon as
// one decides by content (rename_symbol, codemod) it could meet any file, and all go in a row.
Grouping group(const std::vector<tasks::Operation>& operations);

// Whether two paths cannot be worked on apart: equal, or one would be the other's folder.
bool overlap(const std::string& a, const std::string& b);

using tasks::Target;

// The codegen steps of the groups, then test and push.
std::vector<tasks::NewStep> steps(const std::vector<tasks::Operation>& operations, const Grouping& grouping, const Target& target);

// The plan in plain words, for people.
std::string in_words(const std::vector<tasks::NewStep>& steps, const Grouping& grouping, const Target& target);

}  // namespace argosy::planning
