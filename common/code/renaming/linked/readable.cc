#include "common/code/renaming/linked/readable.h"

#include <algorithm>
#include <utility>

namespace argosy::code::linked {
namespace {

bool holds_statements(Node node) {
  return node.is_any({"translation_unit", "compound_statement", "field_declaration_list", "declaration_list", "linkage_specification",
                      "namespace_definition", "preproc_ifdef", "preproc_if", "preproc_else", "preproc_elif", "preproc_elifdef"});
}

// EXPORT int f() {}: a word before a function that some macro explains. What follows is read well.
bool is_decoration(Node error) {
  const Node definition = error.parent();
  const Node declarator = definition.is_any({"function_definition", "declaration"}) ? definition.get("declarator") : Node();
  if (!error.is("ERROR") || !declarator || error.start() > declarator.start()) return false;
  for (NodeId id = error.id() + 1; id <= error.last_id(); ++id)
    if (!error.tree().node(id).is_any({"identifier", "primitive_type", "type_identifier"})) return false;
  return true;
}

bool has_stray_brace(const Tree& tree) {
  return std::ranges::any_of(tree.errors(), [&](NodeId id) {
    const Node error = tree.node(id);
    return error.text() == "}" && holds_statements(error.parent()) && !error.parent().is("compound_statement");
  });
}

// After a brace too many, what stood in a function or class may seem to stand in the file. In C that matters for names of variables alone.
bool may_be_washed_out(const Model& model, const std::string& name) {
  if (model.tree->language() == Language::cpp) return true;
  return std::ranges::any_of(model.scopes, [&](const Scope& scope) {
    const auto hit = scope.variables.find(name);
    return hit != scope.variables.end() && std::ranges::any_of(hit->second, [&](const Binding& binding) {
             return &scope != &model.scopes.front() || (binding.kind == BindingKind::constant && binding.value.is("declaration"));
           });
  });
}

}  // namespace

Readable::Readable(const Model& model, std::string name)
    : model_(model), name_(std::move(name)), is_adrift_(has_stray_brace(*model.tree) && may_be_washed_out(model, name_)) {}

bool Readable::at(Node node) const {
  const Tree& tree = *model_.tree;
  if (tree.errors().empty()) return true;
  const auto broken = [&](NodeId from, NodeId to) {
    return std::ranges::any_of(tree.errors(), [&](NodeId id) { return id >= from && id < to && !is_decoration(tree.node(id)); });
  };
  bool statement = false;
  if (is_adrift_) return false;
  for (Node inner = node, outer = node.parent(); outer; inner = outer, outer = outer.parent()) {
    if (outer.is("ERROR")) return false;
    if (!holds_statements(outer)) {
      for (const Node child : outer.children())
        if (child.is("ERROR") && !is_decoration(child)) return false;
      continue;
    }
    if (!std::exchange(statement, true)) {
      const Node body = inner.get("body");
      if (broken(inner.id(), body && !body.contains(node) ? body.id() : inner.last_id() + 1)) return false;
    }
    // A block that is not read well may hide where a local variable of the name ends.
    if (inner.is("function_definition") && broken(inner.id(), inner.last_id() + 1))
      for (const Scope& scope : model_.scopes)
        if (inner.contains(scope.node) && scope.variables.contains(name_)) return false;
  }
  return true;
}

}  // namespace argosy::code::linked
