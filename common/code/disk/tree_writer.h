// Writes an edit into a folder: never outside of it, never through a symbolic link; file modes stay with their files. Used by the codegen
// worker and the command line. One thread.
#pragma once

#include <filesystem>

#include "common/code/source_tree.h"
#include "common/core/error.h"

namespace argosy::code {

// Checks everything before the first write, and takes back what it wrote when a write fails. Errors: path_conflict, path_unsafe (B),
// write_failed (A).
Result<void> write_edit(const std::filesystem::path& root, const Edit& edit);

}  // namespace argosy::code
