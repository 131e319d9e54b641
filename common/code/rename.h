// rename_symbol for Python, JavaScript, TypeScript/TSX, Go and Java with tree-sitter (the only door to it is this room): a top-level
// function, class or constant and its references: imports, uses, attribute access whose receiver resolves by imports to the defining
// module, __all__ and export lists. Never other strings, comments or a local that shadows it. Parses every changed file before it is
// given out, and refuses what it cannot decide, with the places. Pure but for the tree's reads; any thread.
#pragma once

#include "common/code/source_tree.h"
#include "common/core/error.h"
#include "common/tasks/change.h"

namespace argosy::code {

// Errors (B), details = JSON {"places":[{"path","line","column","text"}]}: symbol_not_found, symbol_ambiguous (two definitions),
// name_taken (in a touched file), receiver_unresolved, name_in_string, syntax_broken, language_unsupported, name_invalid.
Result<Edit> rename_symbol(const SourceTree& tree, const tasks::RenameSymbol& request);

}  // namespace argosy::code
