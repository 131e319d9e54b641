// Imports that files of Java gain and lose by a move. One thread.
#pragma once

#include <map>
#include <set>
#include <string>

#include "common/code/binding/project.h"

namespace argosy::code::java {

struct NewImport {
  std::string path;  // "java.util.List", "java.util.*"
  bool is_static = false;
  auto operator<=>(const NewImport&) const = default;
};

// The text with the imports, each in the place that the file's order gives it. `text` parses.
Result<std::string> with_imports(const Project& project, const Rules& rules, const std::string& path, std::string text,
                                 const std::set<NewImport>& imports);

// The same for files of an edit, or of the tree where the edit has none of them.
Result<void> add_imports(const SourceTree& tree, const Project& project, const Rules& rules,
                         const std::map<std::string, std::set<NewImport>>& imports, Edit& edit);
// A file as the edit leaves it, and back into the edit. Errors (B): source_unreadable, encoding_unfit.
Result<Decoded> changed_text(const SourceTree& tree, const Edit& edit, const std::string& path);
Result<void> put(const std::string& path, const Decoded& source, Edit& edit);

// The name that is taken into the file by itself, or empty.
std::string name_of(const NewImport& import);

}  // namespace argosy::code::java
