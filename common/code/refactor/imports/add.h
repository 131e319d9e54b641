// An import that one file gains: what must be written where. Used by add_import and by replace_call. One thread.
#pragma once

#include <vector>

#include "common/code/refactor/imports/lines.h"
#include "common/code/refactor/rewrite.h"
#include "common/tasks/operations/refactorings.h"

namespace argosy::code {

// Errors: those of add_import (refactor.h); nothing_to_change when the file has the import.
Result<std::vector<Patch>> import_pieces(const Project& project, const Rules& rules, const Model& model, const tasks::ImportSpec& spec);
// A statement as lines of its own at its slot, with the empty lines that belong around it.
Patch import_lines(const Model& model, const ImportSlot& slot, const std::string& statement);

}  // namespace argosy::code
