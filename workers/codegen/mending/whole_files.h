// What the edit engine staged, as operations that a change is made of. Used by ModelMender. Pure but for the tree's reads; any thread.
#pragma once

#include <vector>

#include "common/code/source_tree.h"
#include "common/tasks/change.h"

namespace argosy::codegen {

// Done one after the other on `tree` they leave exactly what `edit` does; a file keeps its mode, but for an empty one that gets a text.
// Errors: those of the tree.
Result<std::vector<tasks::Operation>> whole_files(const code::Edit& edit, const code::SourceTree& tree);

}  // namespace argosy::codegen
