// Python's import statements, piece by piece. Pure; nodes live as long as their tree.
#pragma once

#include <string>
#include <vector>

#include "common/code/binding/model.h"

namespace argosy::code {

struct PythonImport {
  struct Name {
    Node node;   // with its alias
    Node path;   // what is imported
    Node alias;  // or null
  };
  Node statement;
  Node module;  // of `from module import ...`, or null
  std::vector<Name> names{};
  bool star = false;
  bool is_from() const { return static_cast<bool>(module); }
};

std::vector<PythonImport> python_import_statements(const Model& model);

// The text of a dotted name without spaces.
std::string dotted_text(Node name);

}  // namespace argosy::code
