// What must hold before a rename is given out. Each returns the refusal, if any. One thread.
#pragma once

#include <functional>

#include "common/code/renaming/sites.h"
#include "common/tasks/change.h"

namespace argosy::code {

// name_invalid: no identifier of the language, or a name that the language gives a meaning.
Result<void> check_names(const Rules& rules, const tasks::RenameSymbol& request);

// name_taken: a scope that gains the new name has it already, or a module that offers the symbol has a part of that name.
Result<void> check_free(const Project& project, const Rules& rules, Resolver& resolver, const Findings& found, const std::string& new_name);

// syntax_broken: a changed file has places that the grammar cannot read and had fewer of them before.
Result<void> check_syntax(const Project& before, const Project& after, const Edit& edit);

// The tree as the edit leaves it: it is loaded, its syntax is checked (above), and `holds` says what else must be true there.
Result<void> check_changed(const SourceTree& tree, const Rules& rules, const Project& before, const Edit& edit,
                           const std::function<Result<void>(const Project& after)>& holds);

// name_taken: in the changed tree, the new name must mean the symbol exactly where it was written, and nowhere else.
Result<void> check_meaning(const Project& after, const Rules& rules, const Edit& edit, Target renamed, const Findings& found);

}  // namespace argosy::code
