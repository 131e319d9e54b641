// move_symbol for JavaScript and TypeScript. Pure but for the tree's reads; any thread.
#pragma once

#include <set>
#include <string>

#include "common/code/binding/project.h"
#include "common/code/source_tree.h"
#include "common/core/error.h"
#include "common/tasks/operations/moving.h"

namespace argosy::code::es {

// Between files that import and export as ECMAScript does; those of CommonJS, default exports and what runs while a file is loaded are
// refused. Errors: those of move_symbol (moving.h).
Result<Edit> move_symbol(const SourceTree& tree, const Rules& rules, const tasks::MoveSymbol& request);

// Files that are loaded when the file is, by imports and exports that are no types'.
std::set<std::string> loaded_by(const Project& project, const std::string& path);

}  // namespace argosy::code::es
