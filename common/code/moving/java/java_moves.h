// rename_module and move_symbol for Java (moving.h): a compilation unit or one top-level type goes to another file or package. Pure but for
// the tree's reads; any thread.
#pragma once

#include "common/code/binding/project.h"
#include "common/code/source_tree.h"
#include "common/tasks/operations/moving.h"

namespace argosy::code {

// Errors (B): those of moving.h, and access_lost: something that is not public would no longer be seen from where it is used.
Result<Edit> rename_java_unit(const SourceTree& tree, const Rules& rules, const tasks::RenameModule& request);
Result<Edit> move_java_type(const SourceTree& tree, const Rules& rules, const tasks::MoveSymbol& request);

}  // namespace argosy::code
