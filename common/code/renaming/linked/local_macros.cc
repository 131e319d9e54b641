#include "common/code/renaming/linked/local_macros.h"

#include "common/code/places.h"
#include "common/code/renaming/linked/macros.h"

namespace argosy::code::linked {

void check_macros(const Project& project, const Model& model, Node function, const std::string& name, Findings& found) {
  const Macros macros(project);
  const auto refuse = [&](Node node) {
    found.refusals.push_back({"symbol_ambiguous", place_at(model.path, model.tree->text(), node.start())});
  };
  for (NodeId id = function.id(); id <= function.last_id(); ++id) {
    const Node node = model.tree->node(id);
    if (!node.is("identifier")) continue;
    if (node.text() == name && macros.is_marked(node)) refuse(node);
    if (node.text() != name && macros.writes(node.text(), name)) refuse(node);
  }
}

}  // namespace argosy::code::linked
