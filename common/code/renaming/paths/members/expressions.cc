// Types of expressions.
#include <algorithm>

#include "common/code/binding/values.h"
#include "common/code/renaming/paths/members/standard.h"
#include "common/code/renaming/paths/members/typing.h"

namespace argosy::code::impls {
namespace {

bool is_literal(Node node) {
  return node.is_any({"integer_literal", "float_literal", "string_literal", "raw_string_literal", "char_literal", "boolean_literal",
                      "unit_expression", "range_expression"});
}

bool compares(std::string_view sign) {
  return sign == "==" || sign == "!=" || sign == "<" || sign == ">" || sign == "<=" || sign == ">=" || sign == "&&" || sign == "||";
}

}  // namespace

Type Typing::of(const Model& model, Node expression) {
  if (!expression || enough()) return {};
  const Deeper deeper(depth_);
  return known(model, expression);
}

Type Typing::known(const Model& model, Node e) {
  if (is_literal(e)) return {.kind = Type::foreign};
  if (e.is("self")) return self(model, e);
  if (e.is("identifier")) return variable(model, e, e.text());
  if (e.is("field_expression")) return field(of(model, e.get("value")), e.get("field").text());
  if (e.is("call_expression")) return call(model, e);
  if (e.is("struct_expression")) return literal(model, e.get("name"));
  if (e.is("reference_expression")) return of(model, e.get("value"));
  if (e.is("parenthesized_expression")) return of(model, e.named_child(0));
  if (e.is("unary_expression")) {
    const Type inner = of(model, e.named_child(0));
    // What has Deref gives another type, unless a reference is before it, which nobody knows here.
    const bool hands_on = (inner.kind == Type::own && derefs(inner)) || (inner.kind == Type::bounded && inner.open);
    return (e.text().starts_with('*') && !hands_on) || inner.kind == Type::foreign ? inner : Type{};
  }
  if (e.is("try_expression")) return tried(of(model, e.named_child(0)));
  if (e.is("type_cast_expression")) return named(model, e.get("type"));
  if (e.is("index_expression")) {
    const Type whole = of(model, e.named_child(0));
    if (e.named_child(1).is("range_expression") || whole.kind != Type::holder) return whole.kind == Type::holder ? whole : Type{};
    const bool map = whole.what.name == "HashMap" || whole.what.name == "BTreeMap";
    return map ? whole.args.back() : element(whole);
  }
  if (e.is("binary_expression")) {
    if (compares(e.get("operator").text())) return {.kind = Type::foreign};
    const Type left = of(model, e.get("left")), right = of(model, e.get("right"));
    return left.kind == Type::foreign && right.kind == Type::foreign ? left : Type{};
  }
  if (e.is("tuple_expression")) {
    Type out = holder("()", {});
    for (const Node child : e.children())
      if (child.named() && !child.is("attribute_item")) out.args.push_back(of(model, child));
    return out;
  }
  if (e.is("array_expression")) return holder("[]", {of(model, e.named_child(0))});
  if (e.is_any({"block", "unsafe_block", "if_expression", "match_expression"})) return branches(model, e);
  return {};
}

// All ways give the same type: the first that is known tells it.
Type Typing::branches(const Model& model, Node e) {
  if (e.is("unsafe_block")) return of(model, e.named_child(0));
  if (e.is("if_expression")) return of(model, e.get("consequence"));
  if (e.is("match_expression")) {
    const Node body = e.get("body");
    for (const Node arm : body ? body.children() : Children(Node()))
      if (const Type type = arm.is("match_arm") ? of(model, arm.get("value")) : Type{}; type.kind != Type::unknown) return type;
    return {};
  }
  Node last;
  for (const Node child : e.children())
    if (child.named() && !child.kind().ends_with("comment")) last = child;
  return last.kind().ends_with("statement") || last.kind().ends_with("declaration") ? Type{} : of(model, last);
}

Type Typing::variable(const Model& model, Node at, std::string_view name) {
  if (at.around({"let_chain"})) return {};  // what such a chain binds has no scope here
  const Found hit = look_up(model, at, name, Space::value);
  if (hit.bindings != nullptr && hit.scope != kRootScope) {
    // The last that is known there: a name may be bound again.
    Node token;
    for (const Binding& binding : *hit.bindings)
      if (binding.visible_from <= at.start() && (!token || binding.name.start() > token.start())) token = binding.name;
    // let x = x.y: what is bound is not known yet in its own value.
    return token ? bound(model, token) : Type{};
  }
  const Things things = crate_.find(model, at, {std::string(name)});
  if (things.size() != 1 || things.begin()->kind != Thing::item) return {};
  const auto items = crate_.items(*things.begin());
  const bool value = items.size() == 1 && items.front().node.is_any({"const_item", "static_item"});
  return value ? named(*items.front().model, items.front().node.get("type")) : Type{};
}

Type Typing::call_of_method(const Model&, const Type& object, const std::string& name) {
  if (object.kind == Type::holder) return given(object, name);
  if (object.kind != Type::own && object.kind != Type::bounded) return {};
  bool known = true;
  const auto all = methods(object, name, known);
  if (all.empty() && object.kind == Type::own && (name == "clone" || name == "to_owned")) return object;
  if (all.empty() || !known) return {};
  Type out = returned(all.front().at, object);
  for (const Method& method : all)
    if (returned(method.at, object) != out) return {};
  return out;
}

Type Typing::call_of_path(const Model& model, Node at, const std::vector<std::string>& path, Node arguments) {
  const std::string& last = path.back();
  if (path.size() == 1) {
    if (look_up(model, at, last, Space::value).bindings != nullptr) return {};
    if (last == "Some") return holder("Option", {of(model, arguments.named_child(0))});
    if (last == "Ok") return holder("Result", {of(model, arguments.named_child(0))});
  }
  const Things things = crate_.find(model, at, path);
  if (things.size() == 1 && things.begin()->kind == Thing::item) {
    const auto items = crate_.items(*things.begin());
    if (items.size() == 1 && is_function(items.front().node)) return returned(items.front(), {});
    if (items.size() == 1 && items.front().node.is("struct_item")) return {.kind = Type::own, .what = *things.begin()};
    return {};
  }
  if (path.size() < 2) return {};
  const std::vector<std::string> before(path.begin(), path.end() - 1);
  if (before.size() == 1 && (before.front() == "Box" || before.front() == "Rc" || before.front() == "Arc") &&
      (last == "new" || last == "clone")) {
    Type inner = of(model, arguments.named_child(0));
    inner.boxed = true;
    return inner;
  }
  const Type type = this->path(model, at, before);
  if (type.kind != Type::own && type.kind != Type::bounded) return {};
  bool known = true;
  const auto all = methods(type, last, known);
  for (const At& item : all.empty() && type.kind == Type::own ? crate_.items(type.what) : std::vector<At>())
    for (NodeId id = item.node.id(); id <= item.node.last_id(); ++id)
      if (const Node node = item.node.tree().node(id); node.is("enum_variant") && node.get("name").text() == last) return type;
  if (all.empty() || !known) return {};
  const Type out = returned(all.front().at, type);
  return std::ranges::all_of(all, [&](const Method& method) { return returned(method.at, type) == out; }) ? out : Type{};
}

Type Typing::call(const Model& model, Node call) {
  const Node function = call.get("function");
  if (function.is("field_expression")) {
    const Node value = function.get("value");
    const Type object = of(model, value);
    const std::string name(function.get("field").text());
    const bool walks = object.kind == Type::holder && object.what.name == "iter" && name == "enumerate";
    if (walks) return holder("iter", {holder("()", {{.kind = Type::foreign}, object.args.front()})});
    return call_of_method(model, object, name);
  }
  if (!function.is_any({"identifier", "scoped_identifier"})) return {};
  return call_of_path(model, function, paths::parts_of(function), call.get("arguments"));
}

}  // namespace argosy::code::impls
