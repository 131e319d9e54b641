// rename_symbol for nine languages with tree-sitter (the only door to it is this room): a top-level function, class, constant or macro and
// its references: imports, uses, attribute access whose receiver resolves by imports to the defining module, __all__ and export lists,
// paths, includes; or (kind variable) what one function has to itself, with Python's calls that name a parameter; or (kinds method and
// attribute) a member of a class or type, where the class of every receiver is certain, in all nine. Never other strings, comments or a
// local that shadows it. Parses every changed file before it is given out, and refuses what it cannot decide, with the places. Pure but for
// the tree's reads; any thread.
#pragma once

#include "common/code/source_tree.h"
#include "common/core/error.h"
#include "common/tasks/change.h"

namespace argosy::code {

// Errors (B), details = JSON {"places":[{"path","line","column","text"}]}:
//   name_invalid, language_unsupported (also: a file that cannot be read here mentions the name), symbol_not_found, symbol_ambiguous (two
//   definitions, or a variable with two meanings), name_taken (in a file that gains the name; also when the new name would mean something
//   else afterwards), receiver_unresolved (an attribute, an import or a parameter that may be the symbol), name_bound_outside (a member
//   that something outside of the repository may go by), name_in_string, syntax_broken, source_too_large, source_too_deep,
//   source_unreadable (of a file that uses the name), project_too_large.
Result<Edit> rename_symbol(const SourceTree& tree, const tasks::RenameSymbol& request);

}  // namespace argosy::code
