// rename_symbol for what a function has to itself: a parameter or a local variable. Its file is changed and, for a parameter of Python,
// whoever names it in a call. One thread.
#pragma once

#include "common/code/binding/rules.h"
#include "common/code/source_tree.h"
#include "common/tasks/change.h"

namespace argosy::code {

// `request.in` names the function. Errors are those of rename.h.
Result<Edit> rename_local(const SourceTree& tree, const Rules& rules, const tasks::RenameSymbol& request);

}  // namespace argosy::code
