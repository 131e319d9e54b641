// What files that describe a machine (Dockerfile, .devcontainer, .tool-versions, .nvmrc and the like) say about languages and packages.
// Told to people, acted on by nobody. Pure but for the tree's reads; any thread.
#pragma once

#include "common/project/project.h"
#include "common/project/tree.h"

namespace argosy::project {

inline constexpr std::size_t kMaxHints = 200;

std::vector<Hint> find_hints(const Tree& tree);

}  // namespace argosy::project
