// rename_symbol for Rust: a function, type, trait, constant, static or macro_rules macro of a module. One thread.
#pragma once

#include "common/code/binding/rules.h"
#include "common/code/source_tree.h"
#include "common/tasks/change.h"

namespace argosy::code {

// Errors are those of rename.h.
Result<Edit> rename_item(const SourceTree& tree, const Rules& rules, const tasks::RenameSymbol& request);

}  // namespace argosy::code
