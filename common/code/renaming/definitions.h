// Finding the symbol that a rename means. One thread.
#pragma once

#include "common/code/binding/resolver.h"
#include "common/tasks/change.h"

namespace argosy::code {

// The one symbol of that name, kind and place. Errors (B), with places: symbol_not_found, symbol_ambiguous.
Result<Target> find_target(const Project& project, const Rules& rules, const tasks::RenameSymbol& request);

}  // namespace argosy::code
