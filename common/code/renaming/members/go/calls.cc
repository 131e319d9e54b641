// What selections and calls of Go hand back.
#include <algorithm>
#include <array>
#include <utility>

#include "common/code/renaming/members/go/expressions.h"

namespace argosy::code::go_members {
namespace {

// Packages of the standard library whose functions and types are generic.
constexpr auto kGeneric = std::to_array<std::string_view>({"slices", "maps", "sync", "sync/atomic", "iter", "cmp", "unique", "weak"});

Type foreign() { return {.kind = Type::foreign}; }

// Of the standard library, and surely not generic.
bool hands_back_its_own(std::string_view path) {
  return !path.substr(0, path.find('/')).contains('.') && std::ranges::find(kGeneric, path) == kGeneric.end();
}

}  // namespace

Type Expressions::of_selector(const Model& model, Node selector, int depth) {
  const Node field = selector.get("field");
  const Type operand = of(model, selector.get("operand"), depth + 1);
  if (operand.kind == Type::package) {
    const auto& modules = types_.modules(*operand.model, operand.path);
    if (modules.empty()) return {.kind = Type::foreign, .path = operand.path};
    const Model* where = nullptr;
    const Binding* found = types_.in_package(modules.front(), field.text(), where);
    return found == nullptr ? Type{} : of_binding(*where, *found, found->name, depth + 1);
  }
  if (operand.kind == Type::foreign) return operand.may_hold_ours() ? Type{} : operand;
  const Selection found = types_.select(operand, field.text(), selector);
  if (found.lost || found.open) return {};
  if (found.embedded.kind != Type::unknown) return fitted(found.embedded, operand);
  if (found.found.size() != 1) return found.found.empty() ? foreign() : Type{};
  const Declaration& one = found.found.front();
  const Node owner = one.token.parent();
  if (owner.is("field_declaration")) return fitted(types_.named(*one.model, owner.get("type")), operand);
  // A method remembers what it was taken of: its results may be what that is made with.
  Type out{.kind = Type::known, .model = one.model, .node = owner, .arguments = operand.arguments};
  return out;
}

// A type parameter of a generic type, as the value was made with.
Type Expressions::fitted(Type type, const Type& receiver) {
  if (type.kind != Type::parameter || receiver.arguments.empty()) return type;
  const Node declaration = type.node.parent();
  std::size_t index = 0;
  if (declaration.is("type_parameter_declaration")) {
    for (Node one : declaration.parent().children())
      for (Node name : one.children()) {
        if (name == type.node) return index < receiver.arguments.size() ? receiver.arguments[index] : Type{};
        index += name.field() == "name" && name.is("identifier") ? 1 : 0;
      }
    return {};
  }
  // func (r *List[T]) names it anew.
  const Node element = type.node.around({"type_elem"}), list = type.node.around({"type_arguments"});
  for (Node one : list.children()) {
    if (one == element || one == type.node) return index < receiver.arguments.size() ? receiver.arguments[index] : Type{};
    index += one.named() ? 1 : 0;
  }
  return {};
}

std::vector<Type> Expressions::results(const Model& model, Node call, int depth) {
  Node callee = call.get("function");
  const Node arguments = call.get("arguments");
  while (callee.is("parenthesized_expression")) callee = callee.named_child(0);
  const Type function = of(model, callee, depth + 1);
  if (function.klass) {
    Type out = function;
    out.klass = false;
    return {out};
  }
  // What a function from outside is told to hand back.
  if (function.kind == Type::foreign &&
      (call.get("type_arguments") || callee.is_any({"index_expression", "type_instantiation_expression"})))
    return {};
  if (callee.is("identifier") && function.kind == Type::foreign) {
    const auto name = callee.text();
    Type out;
    if (name == "new" || name == "make") {
      out = of(model, arguments.named_child(0), depth + 1);
      out.klass = false;
      return {out};
    }
    if (name == "append") return {of(model, arguments.named_child(0), depth + 1)};
    if (name == "min" || name == "max") return {};
    return {foreign()};
  }
  if (function.kind == Type::foreign) {
    if (!function.path.empty() && hands_back_its_own(function.path)) return {foreign()};
    if (function.may_hold_ours() || !only_foreign(model, arguments, depth + 1)) return {};
    return {foreign()};
  }
  return declared_results(types_.underlying(function), function);
}

std::vector<Type> Expressions::declared_results(const Type& function, const Type& receiver) {
  if (function.kind != Type::known) return {};
  const Node result = function.node.get("result");
  std::vector<Type> out;
  if (!function.node.get("parameters") || !result) return out;
  const auto add = [&](Node type) {
    Type one = fitted(types_.named(*function.model, type), receiver);
    // Of a generic function: what its caller gives it.
    const Node generic = one.kind == Type::parameter ? one.node.around({"function_declaration"}) : Node();
    out.push_back(generic ? Type{} : std::move(one));
  };
  if (!result.is("parameter_list")) {
    add(result);
    return out;
  }
  for (Node one : result.children()) {
    if (!one.is("parameter_declaration")) continue;
    std::size_t names = 0;
    for (Node child : one.children()) names += child.field() == "name" && child.is("identifier") ? 1 : 0;
    for (std::size_t i = 0; i < std::max<std::size_t>(names, 1); ++i) add(one.get("type"));
  }
  return out;
}

bool Expressions::only_foreign(const Model& model, Node arguments, int depth) {
  for (Node child : arguments.children())
    if (child.named() && !child.is("comment") && of(model, child, depth + 1).may_hold_ours()) return false;
  return true;
}

Type Expressions::of_literal(const Model& model, Node value, int depth) {
  if (depth > kMaxTypeDepth) return {};
  const Node parent = value.parent();
  if (parent.is("composite_literal")) return types_.named(model, parent.get("type"));
  if (!parent.is("literal_element")) return {};
  // The type is left out: it is that of the elements around.
  const bool keyed = parent.parent().is("keyed_element");
  const Type outer = of_literal(model, keyed ? parent.parent().parent() : parent.parent(), depth + 1);
  const Type literal = types_.underlying(outer);
  const bool is_key = keyed && parent.field() == "key";
  return literal.is("map_type") ? of_index(outer, is_key) : of_index(outer, false);
}

}  // namespace argosy::code::go_members
