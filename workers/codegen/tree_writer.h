// Writes an edit into a work tree: never outside of it, never through a symbolic link; file modes stay with their files. One thread.
#pragma once

#include <filesystem>

#include "common/code/source_tree.h"
#include "common/core/error.h"

namespace argosy::codegen {

// Checks everything before the first write. Errors: path_conflict (B), write_failed (A).
Result<void> write_edit(const std::filesystem::path& root, const code::Edit& edit);

// Whether a link at `path` (of the repository) with this target stays inside the repository.
bool link_stays_inside(std::string_view path, std::string_view target);

}  // namespace argosy::codegen
