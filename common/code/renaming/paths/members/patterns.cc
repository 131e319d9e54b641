// Types of what patterns bind, and of what they name.
#include "common/code/binding/values.h"
#include "common/code/renaming/paths/members/standard.h"
#include "common/code/renaming/paths/members/typing.h"

namespace argosy::code::impls {

// Of what a pattern binds.
Type Typing::bound(const Model& model, Node token) {
  if (enough()) return {};
  const Deeper deeper(depth_);
  Node pattern = token;
  for (Node outer = token.parent(); outer; pattern = outer, outer = outer.parent()) {
    if (outer.is("self_parameter")) return self(model, token);
    if (outer.is("parameter"))
      return outer.get("type") ? through(model, outer.get("pattern"), named(model, outer.get("type")), token) : Type{};
    if (outer.is("let_declaration"))
      return through(model, outer.get("pattern"), outer.get("type") ? named(model, outer.get("type")) : of(model, outer.get("value")),
                     token);
    if (outer.is("let_condition")) return through(model, outer.get("pattern"), of(model, outer.get("value")), token);
    if (outer.is("for_expression")) return through(model, outer.get("pattern"), element(of(model, outer.get("value"))), token);
    if (outer.is("match_pattern")) {
      const Node match = outer.around({"match_expression"});
      return through(model, pattern, of(model, match.get("value")), token);
    }
    if (outer.is_any({"closure_parameters", "block", "function_item", "closure_expression"})) return {};
  }
  return {};
}

Type Typing::through(const Model& model, Node pattern, const Type& type, Node token) {
  if (!pattern || !pattern.contains(token) || enough()) return {};
  const Deeper deeper(depth_);
  if (pattern == token) return type;
  if (pattern.is_any({"ref_pattern", "mut_pattern", "reference_pattern", "captured_pattern", "or_pattern"})) {
    for (const Node child : pattern.children())
      if (child.named() && child.contains(token)) return through(model, child, type, token);
    return {};
  }
  if (pattern.is("slice_pattern")) {
    for (const Node child : pattern.children())
      if (child.contains(token)) return child.is("captured_pattern") ? Type{} : through(model, child, element(type), token);
  }
  if (pattern.is_any({"tuple_pattern", "tuple_struct_pattern"})) return through_fields(model, pattern, type, token);
  if (!pattern.is("struct_pattern")) return {};
  Node variant;
  const Type whole = literal(model, pattern.get("type"), &variant);
  for (const Node child : pattern.children()) {
    if (!child.is("field_pattern") || !child.contains(token)) continue;
    const Node name = child.get("name");
    if (variant) return {};
    const Type one = field(whole.kind == Type::own && type.kind == Type::own && whole.what == type.what ? type : whole, name.text());
    return name == token ? one : through(model, child.get("pattern"), one, token);
  }
  return {};
}

// (a, b) and Name(a, b): by place.
Type Typing::through_fields(const Model& model, Node pattern, const Type& type, Node token) {
  std::size_t index = 0;
  Node part;
  for (const Node child : pattern.children()) {
    if (child.is(",")) ++index;
    if (child.is("remaining_field_pattern")) return {};
    if (child.field() == "type" || !child.contains(token)) continue;
    part = child;
    break;
  }
  if (!part) return {};
  if (pattern.is("tuple_pattern")) return through(model, part, field(type, std::to_string(index)), token);
  const auto parts = paths::parts_of(pattern.get("type"));
  const std::string& last = parts.back();
  if (type.kind == Type::holder && (last == "Some" || last == "Ok") && !type.args.empty())
    return through(model, part, type.args.front(), token);
  if (type.kind == Type::holder && last == "Err" && type.args.size() > 1) return through(model, part, type.args[1], token);
  Node variant;
  const Type whole = literal(model, pattern.get("type"), &variant);
  if (!variant) return through(model, part, field(whole, std::to_string(index)), token);
  const Node body = variant.get("body");
  std::size_t at = 0;
  for (const auto& item : crate_.items(whole.what))
    for (const Node child : body && &item.node.tree() == &body.tree() ? body.children() : Children(Node()))
      if (child.field() == "type" && at++ == index)
        return through(model, part, named(*item.model, child, names_of(type, item.node)), token);
  return {};
}

Type Typing::literal(const Model& model, Node name, Node* variant) {
  if (!name) return {};
  const auto parts = paths::parts_of(name);
  const Type whole = path(model, name, parts);
  if (whole.kind == Type::own || parts.size() < 2) return whole;
  const Type of_enum = path(model, name, {parts.begin(), parts.end() - 1});
  if (of_enum.kind != Type::own) return {};
  for (const At& item : crate_.items(of_enum.what))
    for (NodeId id = item.node.id(); id <= item.node.last_id(); ++id)
      if (const Node node = item.node.tree().node(id); node.is("enum_variant") && node.get("name").text() == parts.back()) {
        if (variant != nullptr) *variant = node;
        return of_enum;
      }
  return {};
}

}  // namespace argosy::code::impls
