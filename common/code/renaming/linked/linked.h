// rename_symbol for C and C++: a function, type, constant, enumerator or macro that is declared outside of functions and classes. One
// thread.
#pragma once

#include "common/code/binding/rules.h"
#include "common/code/source_tree.h"
#include "common/tasks/change.h"

namespace argosy::code {

// Errors are those of rename.h.
Result<Edit> rename_linked(const SourceTree& tree, const Rules& rules, const tasks::RenameSymbol& request);

}  // namespace argosy::code
