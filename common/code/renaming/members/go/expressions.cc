#include "common/code/renaming/members/go/expressions.h"

#include <string_view>
#include <utility>

namespace argosy::code::go_members {
namespace {

constexpr int kMaxSteps = 2000;  // of one expression

Type foreign() { return {.kind = Type::foreign}; }
Type first(std::vector<Type> types) { return types.empty() ? Type{} : std::move(types.front()); }

bool is_literal_type(Node node) {
  return node.is_any({"map_type", "slice_type", "array_type", "channel_type", "function_type", "struct_type", "interface_type",
                      "pointer_type", "generic_type", "qualified_type", "type_identifier", "implicit_length_array_type"});
}

bool is_plain(std::string_view kind) { return kind.ends_with("_literal") && kind != "composite_literal" && kind != "func_literal"; }

}  // namespace

Type Expressions::of(const Model& model, Node node, int depth) {
  if (depth == 0) steps_ = 0;
  if (!node || depth > kMaxExpressionDepth || ++steps_ > kMaxSteps) return {};
  const auto kind = node.kind();
  if (is_plain(kind) || node.is_any({"true", "false", "nil", "iota"})) return foreign();
  if (kind == "identifier") return of_name(model, node, depth);
  if (kind == "parenthesized_expression") return of(model, node.named_child(0), depth + 1);
  if (kind == "selector_expression") return of_selector(model, node, depth);
  if (kind == "call_expression") return first(results(model, node, depth));
  if (kind == "composite_literal" || kind == "type_assertion_expression" || kind == "type_conversion_expression")
    return types_.named(model, node.get("type"));
  if (kind == "func_literal") return {.kind = Type::known, .model = &model, .node = node};
  if (kind == "slice_expression") return of(model, node.get("operand"), depth + 1);
  if (kind == "index_expression") {
    const Type container = of(model, node.get("operand"), depth + 1);
    // A function from outside that is made for a type.
    if (container.kind == Type::foreign && of(model, node.get("index"), depth + 1).may_hold_ours()) return {};
    return of_index(container, false);
  }
  if (kind == "unary_expression") {
    const auto sign = node.get("operator").text();
    if (sign == "!") return foreign();
    Type out = of(model, node.get("operand"), depth + 1);
    return sign == "<-" ? of_index(out, false) : out;
  }
  if (kind == "binary_expression") {
    const Node sign = node.get("operator");
    for (const std::string_view word : {"==", "!=", "<", "<=", ">", ">=", "&&", "||"})
      if (sign.text() == word) return foreign();
    Type left = of(model, node.get("left"), depth + 1);
    return left.kind == Type::foreign ? of(model, node.get("right"), depth + 1) : left;
  }
  if (is_literal_type(node)) {
    Type out = types_.named(model, node);
    out.klass = true;
    return out;
  }
  return {};
}

Type Expressions::of_name(const Model& model, Node name, int depth) {
  if (const Found found = look_up(model, name, name.text(), Space::both); found.bindings != nullptr)
    return of_binding(model, found.bindings->front(), name, depth + 1);
  if (std::string path = types_.imported(model, name); !path.empty())
    return {.kind = Type::package, .model = &model, .path = std::move(path)};
  const Model* where = nullptr;
  bool lost = false;
  if (const Binding* found = types_.beside(model, name.text(), where, lost)) return of_binding(*where, *found, found->name, depth + 1);
  return lost ? Type{} : foreign();
}

Type Expressions::of_binding(const Model& model, const Binding& binding, Node at, int depth) {
  if (binding.kind == BindingKind::import) return {.kind = Type::package, .model = &model, .path = binding.import->module};
  if (binding.kind == BindingKind::function) return {.kind = Type::known, .model = &model, .node = binding.value};
  if (binding.kind == BindingKind::klass) {
    Type out = binding.value.is("type_alias") ? types_.named(model, binding.value.get("type"))
                                              : Type{.kind = Type::known, .model = &model, .node = binding.value};
    out.klass = true;
    return out;
  }
  if (binding.name.is("type_identifier")) return {.kind = Type::parameter, .model = &model, .node = binding.name, .klass = true};
  return of_variable(model, binding.name, at, depth + 1);
}

Type Expressions::of_variable(const Model& model, Node token, Node at, int depth) {
  const Node owner = token.parent();
  if (owner.is("type_parameter_declaration")) return {.kind = Type::parameter, .model = &model, .node = token, .klass = true};
  if (owner.is("parameter_declaration")) return types_.named(model, owner.get("type"));
  // ...T is a slice of T: its element is asked for through the declaration.
  if (owner.is("variadic_parameter_declaration")) return {.kind = Type::known, .model = &model, .node = owner};
  if (owner.is_any({"var_spec", "const_spec"})) {
    if (owner.get("type")) return types_.named(model, owner.get("type"));
    if (owner.get("value")) return of_value(model, owner, owner.get("value"), token, depth);
    return {};  // of iota, as the constant before
  }
  const Node statement = owner.parent();
  if (statement.is("short_var_declaration")) return of_value(model, owner, statement.get("right"), token, depth);
  if (statement.is("range_clause")) return of_range(model, statement, token, depth);
  if (statement.is("receive_statement")) return token == owner.named_child(0) ? of(model, statement.get("right"), depth + 1) : foreign();
  if (statement.is("type_switch_statement")) return of_case(model, statement, at, depth);
  return {};
}

// The n-th of several values, or the n-th result of one call.
Type Expressions::of_value(const Model& model, Node left, Node right, Node token, int depth) {
  std::size_t index = 0, count = 0;
  for (Node child : left.children()) {
    if (child == token) index = count;
    const bool name = left.is("expression_list") ? child.named() : child.field() == "name" && child.is("identifier");
    count += name ? 1 : 0;
  }
  std::vector<Node> values;
  for (Node child : right.children())
    if (child.named() && !child.is("comment")) values.push_back(child);
  if (values.size() == count) return of(model, values[index], depth + 1);
  if (values.size() != 1) return {};
  Node value = values.front();
  while (value.is("parenthesized_expression")) value = value.named_child(0);
  if (value.is("call_expression")) {
    auto all = results(model, value, depth + 1);
    if (all.size() == 1 && all.front().kind == Type::foreign) return all.front();  // of a foreign function
    return index < all.size() ? all[index] : Type{};
  }
  return index == 0 ? of(model, value, depth + 1) : foreign();  // value, ok := m[key]
}

Type Expressions::of_range(const Model& model, Node clause, Node token, int depth) {
  const bool first_name = token == clause.get("left").named_child(0);
  const Type container = of(model, clause.get("right"), depth + 1);
  if (container.kind == Type::foreign) return container.may_hold_ours() ? Type{} : foreign();
  const Type literal = types_.underlying(container);
  if (literal.is("channel_type")) return of_index(container, false);
  return of_index(container, first_name);
}

Type Expressions::of_case(const Model& model, Node statement, Node at, int depth) {
  for (Node around = at.parent(), last = at; around; last = around, around = around.parent()) {
    if (around != statement) continue;
    if (!last.is("type_case")) break;
    Node type;
    for (Node child : last.children()) {
      if (child.field() != "type" || !child.named()) continue;
      if (type) return of(model, statement.get("value"), depth + 1);
      type = child;
    }
    return types_.named(model, type);
  }
  return of(model, statement.get("value"), depth + 1);
}

// An element or a key of a container.
Type Expressions::of_index(const Type& container, bool key) {
  if (container.klass) return {};
  if (container.kind == Type::foreign) return container.may_hold_ours() ? Type{} : foreign();
  const Type literal = types_.underlying(container);
  if (literal.kind == Type::foreign) return foreign();
  if (literal.kind != Type::known) return {};
  if (literal.is("map_type")) return types_.named(*literal.model, literal.node.get(key ? "key" : "value"));
  if (key && !literal.is("function_type")) return foreign();
  if (literal.is("channel_type")) return types_.named(*literal.model, literal.node.get("value"));
  if (literal.is("variadic_parameter_declaration")) return types_.named(*literal.model, literal.node.get("type"));
  if (literal.is("slice_type") || literal.is("array_type") || literal.is("implicit_length_array_type"))
    return types_.named(*literal.model, literal.node.get("element"));
  return {};
}

}  // namespace argosy::code::go_members
