// What might be shown, and how much it matters: the first half of build_context(). Used by this folder.
#pragma once

#include <string>
#include <vector>

#include "common/agent/context/context.h"

namespace argosy::agent::context {

struct Candidate {
  Priority priority = Priority::task_file;
  std::string name;  // a path, unless it has a text
  std::string reason;
  double nearness = 1.0;  // 0 to 1
  std::string text{};     // of what is no file of the repository: the map, a document

  double value() const { return weight_of(priority) * nearness; }
};

// Each name once, under the reason that counts most; by value, then in the order in which they were found.
std::vector<Candidate> candidates(const Repository& repository, const ContextWish& wish, const std::vector<std::string>& paths);

}  // namespace argosy::agent::context
