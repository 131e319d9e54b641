// Which imports of a file nothing uses, and how they are taken out. Used by remove_unused_imports and by replace_call. One thread.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "common/code/refactor/rewrite.h"

namespace argosy::code {

// One name that an import statement brings.
struct ImportedName {
  Node item;  // what of the statement is about this name; the statement itself where it brings nothing else
  Node statement;
  const Binding* binding = nullptr;
  ScopeId scope = kRootScope;
};

// The names of the files that are proven unused, by path; those that `asked` refuses are not looked at. Whether other files take a name
// from there is found out in one pass over the project for all of them.
std::map<std::string, std::vector<ImportedName>> unused_imports(const Project& project, const Rules& rules,
                                                                const std::vector<const Model*>& models,
                                                                const std::function<bool(const Binding&)>& asked);
// What to write to be rid of them, with commas, empty statements and lines.
std::vector<Patch> without_imports(const Model& model, const std::vector<ImportedName>& names);

}  // namespace argosy::code
