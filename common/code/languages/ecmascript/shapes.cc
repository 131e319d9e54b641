// What an expression of JavaScript or TypeScript is, as far as its value may be a module.
#include <algorithm>
#include <array>

#include "common/code/languages/ecmascript/ecmascript.h"

namespace argosy::code {
namespace {

constexpr auto kContainerMethods = std::to_array<std::string_view>(
    {"map",    "filter",  "slice",     "splice",   "concat",      "sort",        "reverse",  "flat",       "flatMap",   "fill",   "join",
     "split",  "trim",    "trimStart", "trimEnd",  "toLowerCase", "toUpperCase", "replace",  "replaceAll", "substring", "substr", "keys",
     "values", "entries", "match",     "padStart", "padEnd",      "repeat",      "toString", "toFixed",    "charAt",    "indexOf"});

// What a pattern takes apart: const { a } = value, function f({ a }: Type), { outer: { a } }.
Shape taken_apart(Node pattern, const Rules& rules) {
  const Node parent = pattern.parent();
  if (parent.is("variable_declarator")) return {.kind = Shape::same, .node = parent.get("value")};
  if (parent.is("assignment_expression")) return {.kind = Shape::same, .node = parent.get("right")};
  if (parent.is("pair_pattern")) {
    const Node key = parent.get("key");
    return {.kind = Shape::member, .node = parent.parent(), .text = key.is("property_identifier") ? key.text() : "[]"};
  }
  if (parent.is_any({"required_parameter", "optional_parameter"})) {
    const Node type = parent.get("type");
    return {.kind = type && !rules.is_vague_type(type) ? Shape::thing : Shape::unknown};
  }
  return {.kind = parent.is("catch_clause") ? Shape::thing : Shape::unknown};
}

Shape receiver_of(const Model& model, Node node) {
  const Node klass = node.around({"class", "class_declaration", "abstract_class_declaration"});
  if (klass) return {.kind = Shape::receiver, .node = klass};
  // At the root of a CommonJS file `this` is its exports.
  const bool in_function = static_cast<bool>(node.around(
      {"function_declaration", "function_expression", "method_definition", "generator_function_declaration", "generator_function"}));
  return {.kind = in_function ? Shape::thing : model.is_module ? Shape::own_module : Shape::unknown};
}

Shape call(const Model& model, Node node) {
  if (const auto module = loaded_module(model, node)) return {.kind = Shape::module, .text = *module};
  const Node callee = node.get("function"), arguments = node.get("arguments");
  if (callee.is("super")) return {.kind = Shape::thing};
  if (callee.is("import") || is_common_js(model, callee, "require")) return {};
  const auto name = callee.text();
  if (name == "Object.freeze" || name == "Object.seal") return {.kind = Shape::same, .node = arguments.named_child(0)};
  if (name == "Object.values" || name == "Object.entries" || name == "Object.fromEntries" || name == "Array.from")
    return {.kind = Shape::thing};
  if (name == "Object.assign" || name == "Object.create" || name == "Reflect.get") return {};
  return {.kind = Shape::call, .node = callee, .other = arguments};
}

}  // namespace

bool EcmaScriptRules::is_container_method(std::string_view name) const {
  return std::ranges::find(kContainerMethods, name) != kContainerMethods.end();
}

Shape EcmaScriptRules::shape(const Model& model, Node node) const {
  const auto kind = node.kind();
  if (kind == "type_identifier") return {.kind = Shape::name, .text = node.text()};
  if (kind == "identifier" || kind == "shorthand_property_identifier") {
    if (is_own_exports(model, node)) return {.kind = Shape::own_module};
    return {.kind = Shape::name, .text = node.text()};
  }
  if (kind == "member_expression" || kind == "nested_identifier") {
    if (is_own_exports(model, node)) return {.kind = Shape::own_module};
    return {.kind = Shape::member, .node = node.get("object"), .text = node.get("property").text()};
  }
  if (kind == "nested_type_identifier") return {.kind = Shape::member, .node = node.get("module"), .text = node.get("name").text()};
  if (kind == "call_expression") return call(model, node);
  if (kind == "new_expression") return {.kind = Shape::instance, .node = node.get("constructor")};
  if (kind == "this") return receiver_of(model, node);
  if (kind == "super") return {.kind = Shape::thing};
  if (kind == "subscript_expression") {
    const Node index = node.get("index");
    return {.kind = Shape::member, .node = node.get("object"), .text = index.is("string") ? content_of(index.text()) : "[]"};
  }
  if (kind == "string" && node.parent().is("arguments")) return {.kind = Shape::module, .text = content_of(node.text())};
  if (kind == "object") return {.kind = model.own_objects.contains(node.id()) ? Shape::own_module : Shape::thing};
  if (kind == "object_pattern") return taken_apart(node, *this);
  if (kind == "null" || kind == "undefined" || kind == "variable_declarator") return {.kind = Shape::nothing};
  if (node.is_any({"function_expression", "arrow_function", "generator_function", "method_definition"})) return {.kind = Shape::function};
  if (kind == "class") return {.kind = Shape::klass};
  if (kind == "assignment_expression") return {.kind = Shape::same, .node = node.get("right")};
  if (kind == "type_assertion") return {.kind = Shape::same, .node = node.named_child(1)};
  if (node.is_any({"parenthesized_expression", "await_expression", "as_expression", "satisfies_expression", "non_null_expression"}))
    return {.kind = Shape::same, .node = node.named_child(0)};
  if (kind == "ternary_expression") return {.kind = Shape::either, .node = node.get("consequence"), .other = node.get("alternative")};
  if (kind == "binary_expression") {
    const auto op = node.get("operator").text();
    if (op == "||" || op == "&&" || op == "??") return {.kind = Shape::either, .node = node.get("left"), .other = node.get("right")};
    return {.kind = Shape::foreign};
  }
  if (node.is_any({"string", "template_string", "number", "true", "false", "regex", "unary_expression", "update_expression",
                   "meta_property", "jsx_element", "jsx_self_closing_element"}))
    return {.kind = Shape::foreign};
  if (kind == "array") return {.kind = Shape::thing};
  return {};
}

}  // namespace argosy::code
