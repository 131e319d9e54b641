#include "common/code/renaming/linked/local_macros.h"

#include "common/code/places.h"
#include "common/code/renaming/linked/macros.h"

namespace argosy::code::linked {

void check_macros(const Project& project, const Model& model, Node function, const std::string& name, Force force, Findings& found) {
  const Macros macros(project);
  const auto refuse = [&](Node node, std::string code) {
    found.refusals.push_back({std::move(code), place_at(model.path, *model.tree, node.start())});
  };
  for (NodeId id = function.id(); id <= function.last_id(); ++id) {
    const Node node = model.tree->node(id);
    if (!node.is("identifier")) continue;
    const Mark mark = node.text() == name ? macros.mark_of(node) : Mark::kept;
    if (mark == Mark::glued) refuse(node, "symbol_ambiguous");
    if (mark == Mark::quoted && !force.strings) refuse(node, "name_in_string");
    if (node.text() != name && macros.writes(node.text(), name)) refuse(node, "symbol_ambiguous");
  }
}

}  // namespace argosy::code::linked
