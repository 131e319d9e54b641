// What records have and inherit, and of which of them a place in the code is.
#include <algorithm>

#include "common/code/languages/c/declarators.h"
#include "common/code/renaming/linked/members/typing.h"

namespace argosy::code::fields {
namespace {

// TEST(Fixture, name) { ... }: whose code this is only the macro knows.
bool is_made_by_macro(Node definition, const linked::Macros& macros) {
  if (!definition.is("function_definition")) return false;
  const auto names = c::declared(definition.get("declarator"));
  if (names.size() != 1 || !names.front().name.is("identifier")) return false;
  return !definition.get("type") || macros.knows(names.front().name.text());
}

}  // namespace

std::vector<Type> Typing::bases(RecordId id) {
  std::vector<Type> out;
  const Record& record = world_.at(id);
  for (const Node node : record.nodes) {
    const Node clause = node.child("base_class_clause");
    for (const Node base : clause ? clause.children() : Children(Node()))
      if (base.is_any({"type_identifier", "qualified_identifier", "template_type", "dependent_type", "decltype"}))
        out.push_back(named(*record.model, base));
  }
  return out;
}

Had Typing::member(RecordId id, std::string_view name, int depth) {
  const Record& record = world_.at(id);
  if (const auto own = record.members.find(name); own != record.members.end()) return {Had::member, id, &own->second};
  if (depth > kMaxDepthOfType || record.templated || ++steps_ > kMaxStepsOfType) return {Had::unsure};
  Had out;
  for (const Type& base : bases(id)) {
    const Had had = base.kind == Type::record && base.around.empty() ? member(base.id, name, depth + 1) : Had{Had::unsure};
    if (had.kind == Had::member) return had;
    if (had.kind == Had::unsure) out = had;
  }
  return out;
}

std::vector<Type> Typing::around(const Model& model, Node node) {
  std::vector<Type> out;
  if (model.tree->language() == Language::c) return out;
  for (Node outer = node.parent(); outer; outer = outer.parent()) {
    if (is_record(outer) && outer.get("body") && outer.get("body").contains(node))
      out.push_back({.kind = Type::record, .id = world_.record(model, outer)});
    if (!outer.is_any({"function_definition", "declaration"}) || outer.around({"field_declaration_list", "compound_statement"})) continue;
    Node name = outer.get("declarator");
    while (name && !name.is("qualified_identifier")) {
      const Node inner = name.get("declarator");
      name = inner ? inner : name.is("reference_declarator") ? name.named_child(0) : Node();
    }
    if (is_made_by_macro(outer, world_.macros())) {
      // TEST_F(Fixture, name): of a class that inherits from the first.
      const Node made = c::declared(outer.get("declarator")).front().name,
                 first = made.parent().get("parameters").named_child(0).get("type");
      const bool heir = made.text() == "TEST_F" || made.text() == "TEST_P" || world_.macros().derives(made.text());
      if (heir && first.is("type_identifier")) out.push_back(path(model, outer, {std::string(first.text())}, false));
      out.push_back({});
    }
    if (!name || node.start() < name.start()) continue;  // the type of what is defined stands outside
    auto parts = parts_of(name);
    parts.pop_back();
    if (world_.types(parts.back()).empty()) continue;  // a namespace
    out.push_back(path(model, outer, parts, false));
  }
  return out;
}

}  // namespace argosy::code::fields
