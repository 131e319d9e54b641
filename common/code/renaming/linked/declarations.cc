#include "common/code/renaming/linked/declarations.h"

#include <algorithm>

#include "common/code/languages/c/declarators.h"

namespace argosy::code::linked {
namespace {

bool is_nameless(Node space) { return space.is("namespace_definition") && (!space.get("name") || space.child("inline")); }

// Outside of functions and classes.
bool is_open(const Model& model, ScopeId scope) {
  for (; scope != kRootScope; scope = model.scopes[scope].parent)
    if (!model.scopes[scope].node.is("namespace_definition")) return false;
  return true;
}

bool is_hidden(Node node) {
  for (Node space = node.around({"namespace_definition"}); space; space = space.around({"namespace_definition"}))
    if (!space.get("name")) return true;
  return false;
}

Declaration described(const Model& model, const Binding& binding) {
  Declaration out{.model = &model, .binding = binding};
  const Node value = binding.value;
  out.space = space_around(binding.name);
  out.macro = value.kind().starts_with("preproc_");
  const bool type = value.is_any({"struct_specifier", "union_specifier", "class_specifier", "enum_specifier"});
  out.tag = type && model.tree->language() == Language::c;
  out.internal = c::has_storage(value, "static") || is_hidden(binding.name) || out.macro || value.is("enumerator") ||
                 value.is_any({"type_definition", "alias_declaration", "concept_definition"});
  if (type) {
    out.definition = static_cast<bool>(value.get("body"));
  } else if (value.is("declaration")) {
    const bool external = c::has_storage(value, "extern") || value.parent().parent().is("linkage_specification") ||
                          value.parent().is("linkage_specification");
    out.definition = binding.kind != BindingKind::function && !external;
    // const makes a variable of C++ its file's own.
    if (model.tree->language() == Language::cpp && binding.kind != BindingKind::function && !c::has_storage(value, "extern"))
      for (const Node child : value.children())
        if (child.is("type_qualifier") && (child.text() == "const" || child.text() == "constexpr")) out.internal = true;
  } else {
    out.definition = true;
  }
  return out;
}

}  // namespace

std::string joined(const std::string& space, const std::string& inner) {
  return space.empty() || inner.empty() ? space + inner : space + "::" + inner;
}

std::string space_around(Node node) {
  std::string out;
  for (Node space = node.around({"namespace_definition"}); space; space = space.around({"namespace_definition"}))
    if (!is_nameless(space)) {
      std::string name(space.get("name").text());
      std::erase_if(name, [](unsigned char c) { return std::isspace(c); });
      out = joined(name, out);
    }
  return out;
}

std::vector<Declaration> declarations_of(const Model& model, const std::string& name) {
  std::vector<Declaration> out;
  for (ScopeId id = 0; id < model.scopes.size(); ++id) {
    const auto* bindings = is_open(model, id) ? model.find(id, name) : nullptr;
    if (bindings == nullptr) continue;
    for (const Binding& binding : *bindings) out.push_back(described(model, binding));
  }
  return out;
}

std::vector<Declaration> definitions_from_outside(const Model& model, const std::string& name, const std::set<std::string>& spaces) {
  std::vector<Declaration> out;
  for (NodeId id = 0; id < model.tree->size(); ++id) {
    const Node node = model.tree->node(id);
    const auto names = node.is("function_definition") ? c::declared(node.get("declarator")) : std::vector<c::Declared>();
    Node token = names.size() == 1 ? names.front().name : Node();
    std::string space = space_around(node);
    for (; token.is("qualified_identifier"); token = token.get("name")) space = joined(space, std::string(token.get("scope").text()));
    if (!token.is("identifier") || token.text() != name || token == names.front().name || !spaces.contains(space)) continue;
    Declaration found{.model = &model, .space = space, .definition = true};
    found.binding.name = token;
    found.binding.kind = BindingKind::function;
    out.push_back(std::move(found));
  }
  return out;
}

}  // namespace argosy::code::linked
