// The files of a folder that a tool is told about with --root. Blocking, one thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/core/error.h"

namespace argosy::cli {

inline constexpr std::size_t kMaxTreeFiles = 500'000;

// Relative paths of the regular files below `root`, sorted; without .git and node_modules, symbolic links are not followed.
// Errors (B): root_unreadable, root_too_large.
Result<std::vector<std::string>> files_below(const std::filesystem::path& root);

}  // namespace argosy::cli
