// How an import is written in a file's own style, as a statement or as part of one that is there. One thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/code/refactor/imports/lines.h"
#include "common/code/refactor/rewrite.h"
#include "common/tasks/operations/refactorings.h"

namespace argosy::code {

// The name that the import binds in the file; empty when it binds none.
std::string bound_by(Language language, const tasks::ImportSpec& spec);
// The statement, without a line end. `like`: the imports that are there, for quotes and semicolons.
std::string import_statement(const Model& model, const tasks::ImportSpec& spec, bool common_js);
// The import as part of a statement of the same module; nothing where none can take it.
std::optional<std::vector<Patch>> joined_import(const Model& model, const std::vector<RootImport>& lines, const tasks::ImportSpec& spec);

}  // namespace argosy::code
