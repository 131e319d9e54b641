// Change operations that take code from one file to another: rename_module and move_symbol, of Python, JavaScript, TypeScript and Java. Who
// imports it follows; what cannot be decided is refused with its places, and every changed file parses. Pure but for the tree's reads; any
// thread.
#pragma once

#include "common/code/source_tree.h"
#include "common/core/error.h"
#include "common/tasks/operations/moving.h"

namespace argosy::code {

// A file or a folder moves, its imports and those of it are written anew. Afterwards every import means what it meant before, or nothing
// is done. Errors (B), details = JSON {"places":[...]}: language_unsupported, file_not_found, file_exists, name_invalid (no module could
// be called so), import_unresolved (an import whose new spelling nobody knows, or which would mean something else), receiver_unresolved (a
// module taken as an attribute of another), name_in_string, name_taken, and those of sources that cannot be read (rename.h). Of Java one
// file, to another package below the same folder of sources: access_lost (what is not public would no longer be seen).
Result<Edit> rename_module(const SourceTree& tree, const tasks::RenameModule& request);

// A top-level definition moves with its decorators and the comments above it, and the new file gets the imports that it needs. Errors (B):
// those of rename.h, and import_unresolved, private_needed (it uses names that only its old file has: of Python those that begin with _),
// import_cycle, load_order (it does something while its file is loaded), access_lost (Java, whose public types have files of their own).
Result<Edit> move_symbol(const SourceTree& tree, const tasks::MoveSymbol& request);

}  // namespace argosy::code
