#include "common/code/moving/python/statements.h"

#include <cctype>

namespace argosy::code {

std::vector<PythonImport> python_import_statements(const Model& model) {
  std::vector<PythonImport> out;
  for (NodeId id = 0; id < model.tree->size(); ++id) {
    const Node node = model.tree->node(id);
    if (!node.is_any({"import_statement", "import_from_statement"}) || !node.named()) continue;
    PythonImport one{.statement = node, .module = node.get("module_name"), .star = static_cast<bool>(node.child("wildcard_import"))};
    for (Node child : node.children()) {
      if (child.field() != "name") continue;
      const bool aliased = child.is("aliased_import");
      one.names.push_back({child, aliased ? child.get("name") : child, aliased ? child.get("alias") : Node()});
    }
    out.push_back(std::move(one));
  }
  return out;
}

std::string dotted_text(Node name) {
  std::string out;
  for (const char c : name.text())
    if (!std::isspace(static_cast<unsigned char>(c))) out += c;
  return out;
}

}  // namespace argosy::code
