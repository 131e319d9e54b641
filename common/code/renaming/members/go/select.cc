// What is selected from a value in Go: own fields and methods, and what embedded types promote, the nearest first.
#include <algorithm>
#include <set>
#include <utility>

#include "common/code/renaming/members/go/types.h"

namespace argosy::code::go_members {
namespace {

// Declared by the literal type itself.
void add_own(const Type& literal, std::string_view name, std::vector<Declaration>& out) {
  const bool is_struct = literal.is("struct_type");
  const Node list = is_struct ? literal.node.child("field_declaration_list") : literal.node;
  for (Node member : list.children()) {
    if (!member.is(is_struct ? "field_declaration" : "method_elem")) continue;
    for (Node token : member.children())
      if (token.field() == "name" && token.text() == name) out.push_back({literal.model, token});
  }
}

bool is_inside(Node token, Node at) {
  const Node generic = token.around({"function_declaration", "method_declaration", "type_spec", "type_alias"});
  return at && generic && &generic.tree() == &at.tree() && generic.contains(at);
}

// What a parameter's values have: the methods of its constraint.
Type constraint(Types& types, const Type& parameter, Node at) {
  const Node declaration = parameter.node.parent();
  if (!is_inside(parameter.node, at) || !declaration.is("type_parameter_declaration")) return {};
  return types.named(*parameter.model, declaration.get("type"));
}

}  // namespace

Selection Types::select(const Type& type, std::string_view name, Node at, int depth) {
  Selection out;
  if (type.kind == Type::parameter && depth < kMaxTypeDepth) return select(constraint(*this, type, at), name, at, depth + 1);
  std::vector<Type> level{type};
  std::set<std::pair<const Tree*, NodeId>> seen;
  for (int steps = 0; !level.empty() && steps < kMaxTypeDepth; ++steps) {
    std::vector<Type> next;
    bool foreign = false;
    for (const Type& one : level) {
      if (one.kind == Type::unknown || one.kind == Type::parameter) out.lost = true;
      if (one.kind == Type::foreign) foreign = true;
      if (one.kind != Type::known || !seen.emplace(one.model->tree, one.node.id()).second) continue;
      for (const Declaration& method : methods(one, name)) out.found.push_back(method);
      const Type literal = underlying(one);
      if (literal.kind == Type::unknown) out.lost = true;
      if (literal.kind == Type::foreign && one.is("type_spec")) foreign = foreign || one.node.get("type").is("qualified_type");
      if (literal.kind != Type::known) continue;
      add_own(literal, name, out.found);
      if (literal.is("struct_type")) {
        for (Node field : literal.node.child("field_declaration_list").children())
          if (field.is("field_declaration") && !field.get("name") && embedded_name(field).text() == name)
            out.embedded = named(*literal.model, field.get("type"));
      }
      for (Type& inner : embedded(literal)) next.push_back(std::move(inner));
    }
    if (!out.found.empty() || out.embedded.kind != Type::unknown) return out;
    out.open = out.open || foreign;
    level = std::move(next);
  }
  return out;
}

std::set<std::string> Types::method_names(const Type& type, bool& open) {
  std::set<std::string> out;
  std::set<std::pair<const Tree*, NodeId>> seen;
  for (std::vector<Type> left{type}; !left.empty();) {
    const Type one = std::move(left.back());
    left.pop_back();
    if (one.kind != Type::known) {
      open = true;
      continue;
    }
    if (!seen.emplace(one.model->tree, one.node.id()).second) continue;
    for (const Declaration& method : methods(one, "")) out.emplace(method.token.text());
    const Type literal = underlying(one);
    if (literal.kind != Type::known) {
      // A predeclared type brings no methods, but for error.
      open = open || literal.kind != Type::foreign || one.node.get("type").is("qualified_type");
      continue;
    }
    if (literal.is("interface_type"))
      for (Node member : literal.node.children())
        if (member.is("method_elem")) out.emplace(member.get("name").text());
    for (Type& inner : embedded(literal)) left.push_back(std::move(inner));
  }
  return out;
}

}  // namespace argosy::code::go_members
