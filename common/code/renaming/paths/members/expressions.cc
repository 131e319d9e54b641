// Types of expressions.
#include <algorithm>
#include <array>

#include "common/code/binding/values.h"
#include "common/code/renaming/paths/members/typing.h"

namespace argosy::code::impls {
namespace {

// What a method of the standard library gives. o: an Option of an element, e: an element, s: the same, i: an iterator over elements,
// r: a Result of an element, v: an Option of the last argument (a map's value), w: an iterator over it, f: nothing of the workspace.
struct Gives {
  std::string_view holders, method;
  char what;
};
constexpr auto kGives = std::to_array<Gives>({
    {"Option Result", "unwrap", 'e'},
    {"Option Result", "expect", 'e'},
    {"Option Result", "unwrap_or", 'e'},
    {"Option Result", "unwrap_or_else", 'e'},
    {"Option Result", "unwrap_or_default", 'e'},
    {"Option Result", "as_ref", 's'},
    {"Option Result", "as_mut", 's'},
    {"Option Result", "as_deref", 's'},
    {"Option", "cloned", 's'},
    {"Option", "copied", 's'},
    {"Option", "take", 's'},
    {"Option", "ok_or", 'r'},
    {"Option", "ok_or_else", 'r'},
    {"Result", "ok", 'o'},
    {"Result", "map_err", 'r'},
    {"Option Result", "is_some", 'f'},
    {"Option Result", "is_none", 'f'},
    {"Option Result", "is_ok", 'f'},
    {"Option Result", "is_err", 'f'},
    {"Vec VecDeque []", "first", 'o'},
    {"Vec VecDeque []", "last", 'o'},
    {"Vec VecDeque []", "first_mut", 'o'},
    {"Vec VecDeque []", "last_mut", 'o'},
    {"Vec VecDeque [] HashSet BTreeSet", "get", 'o'},
    {"Vec VecDeque []", "get_mut", 'o'},
    {"Vec VecDeque", "pop", 'o'},
    {"VecDeque", "front", 'o'},
    {"VecDeque", "back", 'o'},
    {"VecDeque", "pop_front", 'o'},
    {"VecDeque", "pop_back", 'o'},
    {"Vec", "remove", 'e'},
    {"Vec", "swap_remove", 'e'},
    {"Vec VecDeque [] HashSet BTreeSet Option", "iter", 'i'},
    {"Vec VecDeque [] HashSet BTreeSet Option iter", "into_iter", 'i'},
    {"Vec VecDeque [] Option", "iter_mut", 'i'},
    {"Vec VecDeque", "drain", 'i'},
    {"Vec []", "as_slice", 's'},
    {"HashMap BTreeMap", "get", 'v'},
    {"HashMap BTreeMap", "get_mut", 'v'},
    {"HashMap BTreeMap", "remove", 'v'},
    {"HashMap BTreeMap", "insert", 'v'},
    {"HashMap BTreeMap", "values", 'w'},
    {"HashMap BTreeMap", "values_mut", 'w'},
    {"HashMap BTreeMap", "into_values", 'w'},
    {"iter", "next", 'o'},
    {"iter", "next_back", 'o'},
    {"iter", "last", 'o'},
    {"iter", "nth", 'o'},
    {"iter", "peek", 'o'},
    {"iter", "rev", 's'},
    {"iter", "skip", 's'},
    {"iter", "take", 's'},
    {"iter", "filter", 's'},
    {"iter", "cloned", 's'},
    {"iter", "copied", 's'},
    {"iter", "peekable", 's'},
    {"iter", "chain", 's'},
    {"iter", "by_ref", 's'},
    {"RefCell", "borrow", 'e'},
    {"RefCell", "borrow_mut", 'e'},
    {"Cell", "get", 'e'},
    {"Mutex", "lock", 'r'},
    {"RwLock", "read", 'r'},
    {"RwLock", "write", 'r'},
});

Type holder(std::string name, std::vector<Type> args) {
  return {.kind = Type::holder, .what = {.name = std::move(name)}, .args = std::move(args)};
}

bool is_literal(Node node) {
  return node.is_any({"integer_literal", "float_literal", "string_literal", "raw_string_literal", "char_literal", "boolean_literal",
                      "unit_expression", "range_expression"});
}

bool compares(std::string_view sign) {
  return sign == "==" || sign == "!=" || sign == "<" || sign == ">" || sign == "<=" || sign == ">=" || sign == "&&" || sign == "||";
}

}  // namespace

Type Typing::tried(const Type& type) const {
  const bool fits = type.kind == Type::holder && (type.what.name == "Option" || type.what.name == "Result") && !type.args.empty();
  return fits ? type.args.front() : Type{};
}

// What a loop goes through.
Type Typing::element(const Type& type) const {
  if (type.kind != Type::holder || type.args.empty()) return {};
  const std::string& name = type.what.name;
  if (name == "HashMap" || name == "BTreeMap") return holder("()", type.args);
  const bool fits =
      name == "[]" || name == "Vec" || name == "VecDeque" || name == "HashSet" || name == "BTreeSet" || name == "iter" || name == "Option";
  return fits ? type.args.front() : Type{};
}

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

Type Typing::call_of_method(const Model&, const Type& object, const std::string& name) {
  if (object.kind == Type::holder) {
    const auto hit = std::ranges::find_if(kGives, [&](const Gives& g) {
      return g.method == name && (" " + std::string(g.holders) + " ").contains(" " + object.what.name + " ");
    });
    if (name == "clone" || name == "to_owned") return object;
    if (hit == kGives.end() || object.args.empty()) return {};
    const Type &first = object.args.front(), &last = object.args.back();
    switch (hit->what) {
      case 'o':
        return holder("Option", {first});
      case 'e':
        return first;
      case 'i':
        return holder("iter", {element(object)});
      case 'r':
        return holder("Result", {first});
      case 'v':
        return holder("Option", {last});
      case 'w':
        return holder("iter", {last});
      case 'f':
        return {.kind = Type::foreign};
      default:
        return object;
    }
  }
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
