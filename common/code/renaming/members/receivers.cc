#include "common/code/renaming/members/receivers.h"

#include <algorithm>
#include <cctype>

namespace argosy::code {
namespace {

constexpr int kMaxSteps = 16;       // from one name to the next
constexpr int kMaxQuestions = 500;  // in all

bool is_literal(Node node) {
  return node.is_any({"string",
                      "concatenated_string",
                      "template_string",
                      "integer",
                      "float",
                      "number",
                      "true",
                      "false",
                      "regex",
                      "list",
                      "tuple",
                      "dictionary",
                      "set",
                      "array",
                      "list_comprehension",
                      "dictionary_comprehension",
                      "set_comprehension",
                      "generator_expression",
                      "lambda",
                      "arrow_function",
                      "function_expression",
                      "none",
                      "null",
                      "undefined"});
}

bool only_literals(Node arguments) {
  for (Node child : arguments.children())
    if (child.named() && !is_literal(child) && !(child.is("keyword_argument") && is_literal(child.get("value")))) return false;
  return true;
}

// The token that names the type, where the annotation is a name and nothing else.
Node plain_type(Node type) {
  while (type.is_any({"type", "type_annotation"}) && type.named_child(0) && !type.named_child(1)) type = type.named_child(0);
  return type.is_any({"identifier", "type_identifier", "attribute", "predefined_type"}) ? type : Node();
}

class Follower {
 public:
  Follower(const Model& model, const Rules& rules, Values& values) : model_(model), rules_(rules), values_(values) {}

  bool foreign(Node node, int depth) {
    if (!node || depth > kMaxSteps || ++questions_ > kMaxQuestions) return false;
    if (is_literal(node)) return true;
    const Shape shape = rules_.shape(model_, node);
    switch (shape.kind) {
      case Shape::name:
        return name(node, shape.text, depth);
      case Shape::member:
        return shape.text != "[]" && foreign(shape.node, depth + 1);
      case Shape::call:
        return foreign(shape.node, depth + 1) && (is_class_name(shape.node.text()) || only_literals(shape.other));
      case Shape::instance:
        return foreign(shape.node, depth + 1);
      case Shape::module:
        return values_.of(model_, node).kind == Value::foreign;
      case Shape::either:
        return foreign(shape.node, depth + 1) && foreign(shape.other, depth + 1);
      case Shape::same:
        return foreign(shape.node, depth + 1);
      default:
        return false;
    }
  }

 private:
  static bool is_class_name(std::string_view callee) {
    const auto last = callee.substr(callee.rfind('.') + 1);
    return !last.empty() && std::isupper(static_cast<unsigned char>(last.front()));
  }

  bool name(Node at, std::string_view text, int depth) {
    const Found found = look_up(model_, at, text, at.is("type_identifier") ? Space::type : Space::value);
    if (found.blurred) return false;
    if (found.bindings == nullptr) return values_.of(model_, at).kind == Value::foreign;
    return std::ranges::all_of(*found.bindings, [&](const Binding& binding) { return bound(at, binding, depth); });
  }

  bool bound(Node at, const Binding& binding, int depth) {
    if (binding.kind == BindingKind::import) return values_.of(model_, at).kind == Value::foreign;
    if (binding.type) {
      const Node type = rules_.is_vague_type(binding.type) ? Node() : plain_type(binding.type);
      return type && (type.is("predefined_type") || foreign(type, depth + 1));
    }
    return binding.source == Source::expression && foreign(binding.value, depth + 1);
  }

  const Model& model_;
  const Rules& rules_;
  Values& values_;
  int questions_ = 0;
};

}  // namespace

bool is_surely_foreign(const Model& model, const Rules& rules, Values& values, Node expression) {
  return Follower(model, rules, values).foreign(expression, 0);
}

}  // namespace argosy::code
