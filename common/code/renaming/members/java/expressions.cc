#include "common/code/renaming/members/java/expressions.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/code/renaming/members/java/library.h"

namespace argosy::code::java_members {
namespace {

constexpr int kMaxSteps = 2000;  // of one expression

Type foreign() { return {.kind = Type::foreign}; }

bool is_same(const Type& a, const Type& b) {
  return a.kind == b.kind && a.kind != Type::unknown && a.node == b.node && a.dimensions == b.dimensions && a.parameter == b.parameter &&
         std::ranges::equal(a.arguments, b.arguments, is_same);
}

// Without anything but values of the language's own types.
bool is_plain(Node node) {
  return node.is_any({"decimal_integer_literal", "hex_integer_literal", "octal_integer_literal", "binary_integer_literal",
                      "decimal_floating_point_literal", "hex_floating_point_literal", "true", "false", "character_literal",
                      "string_literal", "null_literal", "binary_expression", "unary_expression", "update_expression",
                      "instanceof_expression"});
}

constexpr std::string_view kOfObjects = " toString hashCode equals getClass clone notify notifyAll wait finalize ";
constexpr std::string_view kOfEnums = " name ordinal compareTo describeConstable ";

// Whether every object of the type has the method, and gives nothing of the repository for it.
bool is_of_all(const Type& type, std::string_view method) {
  const auto name = " " + std::string(method) + " ";
  return kOfObjects.contains(name) || (type.node.is("enum_declaration") && kOfEnums.contains(name));
}

// What nobody declares: the methods of all enums and objects that hand back something of the type.
std::optional<Type> every_type_has(Type receiver, std::string_view method) {
  if (method == "getClass" || method == "getDeclaringClass") {
    receiver.klass = receiver.self = false;
    return Type{.kind = Type::foreign, .name = "Class", .arguments = {receiver}};
  }
  if (!receiver.node.is("enum_declaration") || (method != "values" && method != "valueOf")) return std::nullopt;
  return Type{.kind = Type::ours, .model = receiver.model, .node = receiver.node, .dimensions = method == "values" ? 1 : 0};
}

}  // namespace

Type Expressions::of(const Model& model, Node node, int depth) {
  if (depth == 0) {
    steps_ = 0;
    copied_ = 0;
    types_.begin();
  }
  if (!node || depth > kMaxExpressionDepth || ++steps_ > kMaxSteps) return {};
  const auto kind = node.kind();
  if (is_plain(node)) return foreign();
  if (kind == "identifier") return of_name(model, node, depth);
  if (kind == "this") return around(model, node);
  if (kind == "parenthesized_expression") return of(model, node.named_child(0), depth + 1);
  if (kind == "field_access") return of_field(model, node, depth);
  if (kind == "method_invocation") return of_call(model, node, depth);
  if (kind == "cast_expression") return node.named_child(2) ? Type{} : types_.named(model, node.get("type"));  // (A & B) x
  if (kind == "assignment_expression") return of(model, node.get("left"), depth + 1);
  if (kind == "object_creation_expression") {
    const Node first = node.named_child(0);
    const bool inner = first && first != node.get("type") && first.field().empty() && !first.is_any({"annotation", "marker_annotation"});
    if (node.child("class_body")) return {.kind = Type::ours, .model = &model, .node = node};
    return inner ? Type{} : types_.named(model, node.get("type"));
  }
  if (kind == "array_access") {
    Type out = of(model, node.get("array"), depth + 1);
    if (out.dimensions == 0 || out.klass) return {};
    --out.dimensions;
    return out;
  }
  if (kind == "array_creation_expression") {
    Type out = types_.named(model, node.get("type"));
    for (Node child : node.children())
      if (child.is_any({"dimensions", "dimensions_expr"})) out.dimensions += static_cast<int>(std::ranges::count(child.text(), '['));
    return out;
  }
  if (kind == "ternary_expression") {
    Type a = of(model, node.get("consequence"), depth + 1);
    return is_same(a, of(model, node.get("alternative"), depth + 1)) ? a : Type{};
  }
  if (kind == "class_literal") return {.kind = Type::foreign, .name = "Class", .arguments = {types_.named(model, node.named_child(0))}};
  // A receiver of A::method or A.B::method reads as a type.
  if (node.is_any({"type_identifier", "scoped_type_identifier", "generic_type", "array_type"})) {
    Type out = types_.named(model, node);
    out.klass = true;
    return out;
  }
  return {};
}

Type Expressions::around(const Model& model, Node node) {
  for (Node child = node, parent = node.parent(); parent; child = parent, parent = parent.parent())
    if (is_body(child)) return {.kind = Type::ours, .model = &model, .node = parent, .self = true};
  return {};
}

Type Expressions::of_name(const Model& model, Node name, int depth) {
  const Variable found = variable(model, name, name.text());
  if (found.kind == Variable::unsure) return {};
  if (found.kind == Variable::local) return declared(*found.model, found.token, depth + 1);
  if (found.kind == Variable::member) return fitted(declared(*found.model, found.token, depth + 1), found.klass, around(model, name));
  Type type = types_.simple(model, name, name.text());
  if (type.kind == Type::foreign)
    for (Type klass = around(model, name); klass.node; klass = around(*klass.model, klass.node))
      if (types_.members(klass, name.text(), false).open && types_.inherits_arguments(klass)) return {};
  type.klass = true;
  return type;
}

Type Expressions::of_field(const Model& model, Node access, int depth) {
  const Node object = access.get("object"), field = access.get("field");
  if (field.is("this")) {
    Type out = of(model, object, depth + 1);
    out.klass = false;
    out.self = true;
    return out;
  }
  if (object.is("super")) return {};
  const Type receiver = of(model, object, depth + 1);
  if (receiver.kind == Type::foreign) {
    if (receiver.klass) {
      Type named = types_.qualified(access.text());
      named.klass = true;
      return named;
    }
    return receiver.may_hold_ours() ? Type{} : foreign();
  }
  if (!receiver.is_object()) return receiver.dimensions > 0 ? foreign() : Type{};
  const Members members = types_.members(receiver, field.text(), false);
  if (!members.found.empty()) return of_members(members, receiver, depth + 1);
  if (receiver.klass) {
    // A type inside of the type.
    for (Node body : receiver.node.children())
      for (Node child : is_body(body) ? body.children() : Node().children())
        if (is_type_declaration(child) && child.get("name").text() == field.text())
          return {.kind = Type::ours, .model = receiver.model, .node = child, .klass = true};
  }
  return undeclared(members, receiver);
}

// What a class has that it does not declare: of a base from outside. Where there is none, it is made when the class is built.
Type Expressions::undeclared(const Members& members, const Type& receiver) {
  if (!members.open || members.lost || types_.may_be_added_to(receiver)) return {};
  return types_.inherits_arguments(receiver) ? Type{} : foreign();
}

// Whether a call of a name alone, which no class around declares, is of a static import from outside.
bool Expressions::is_from_outside(const Model& model, Node call, std::string_view method) {
  for (Type klass = around(model, call); klass.node; klass = around(model, klass.node)) {
    if (is_of_all(klass, method)) return true;
    if (types_.may_be_added_to(klass)) return false;
  }
  if (const auto* bindings = model.find(kRootScope, method))
    for (const Binding& binding : *bindings)
      if (binding.kind == BindingKind::import) return types_.qualified(binding.import->module).kind == Type::foreign;
  return std::ranges::any_of(model.star_imports, [&](const std::string& star) {
    const auto last = star.substr(star.rfind('.') + 1);
    return !last.empty() && std::isupper(static_cast<unsigned char>(last.front())) && types_.qualified(star).kind == Type::foreign;
  });
}

Type Expressions::of_call(const Model& model, Node call, int depth) {
  const Node object = call.get("object"), name = call.get("name"), arguments = call.get("arguments");
  if (call.get("type_arguments")) return {};
  if (!object) {
    const Members members = method(model, call, name.text());
    for (Type klass = around(model, call); members.found.empty() && klass.node; klass = around(*klass.model, klass.node))
      if (auto given = every_type_has(klass, name.text())) return *given;
    if (members.found.empty()) {
      const bool plain = !members.open && !members.lost && is_from_outside(model, call, name.text());
      return plain && only_foreign(model, arguments, depth + 1) ? foreign() : Type{};
    }
    return members.hidden ? Type{} : of_members(members, around(model, call), depth + 1);
  }
  const Type receiver = object.is("super") ? around(model, call) : of(model, object, depth + 1);
  if (receiver.kind == Type::foreign || receiver.dimensions > 0) return out_of(model, receiver, name.text(), arguments, depth + 1);
  if (!receiver.is_object()) return {};
  const Members members = types_.members(receiver, name.text(), true);
  if (!members.found.empty()) return of_members(members, receiver, depth + 1);
  if (auto given = every_type_has(receiver, name.text())) return *given;
  if (is_of_all(receiver, name.text())) return foreign();
  return only_foreign(model, arguments, depth + 1) ? undeclared(members, receiver) : Type{};
}

// The type that all of them are declared with.
Type Expressions::of_members(const Members& members, const Type& receiver, int depth) {
  Type out;
  for (const Declaration& one : members.found) {
    Type type = fitted(declared(*one.model, one.token, depth + 1), one.klass, receiver);
    if (&one == &members.found.front())
      out = std::move(type);
    else if (!is_same(out, type))
      return {};
  }
  return out;
}

bool Expressions::only_foreign(const Model& model, Node arguments, int depth) {
  for (Node child : arguments.children())
    if (child.named() && !child.is_any({"line_comment", "block_comment"}) && of(model, child, depth + 1).may_hold_ours()) return false;
  return true;
}

// What a method of something from outside hands back.
Type Expressions::out_of(const Model& model, const Type& receiver, std::string_view method, Node arguments, int depth) {
  if (receiver.dimensions == 0 && !receiver.klass) {
    if (const auto known = library::result(receiver, method)) return *known;
  }
  if (receiver.may_hold_ours() || !only_foreign(model, arguments, depth + 1)) return {};
  return foreign();
}

Type Expressions::element_of(Type container) {
  if (container.dimensions > 0) {
    --container.dimensions;
    return container;
  }
  if (container.kind == Type::foreign && container.arguments.size() == 1) return container.arguments.front();
  return container.may_hold_ours() ? Type{} : foreign();
}

// What the declaration around a token says of it.
Type Expressions::declared(const Model& model, Node token, int depth) {
  const Node owner = token.parent();
  if (owner.is("enum_constant")) return {.kind = Type::ours, .model = &model, .node = owner.around({"enum_declaration"})};
  Node type = owner.get("type"), value = owner.get("value");
  Node dimensions = owner.get("dimensions");
  bool spread = false;
  if (owner.is("variable_declarator")) {
    type = owner.parent().get("type");
    if (owner.parent().is("spread_parameter")) {
      spread = true;
      for (Node child : owner.parent().children())
        if (child.named() && !child.is_any({"modifiers", "variable_declarator", "annotation", "marker_annotation"})) type = child;
    }
  } else if (owner.is("instanceof_expression")) {
    type = owner.get("right");
  } else if (owner.is("catch_formal_parameter")) {
    const Node caught = owner.child("catch_type");
    type = caught.named_child(1) ? Node() : caught.named_child(0);
  } else if (owner.is_any({"type_pattern", "record_pattern_component"})) {
    type = owner.named_child(0);
  } else if (owner.is_any({"inferred_parameters", "lambda_expression"})) {
    return of_lambda_parameter(model, owner.is("lambda_expression") ? owner : owner.parent(), depth + 1);
  }
  if (type.text() == "var") {
    if (owner.is("enhanced_for_statement")) return element_of(of(model, value, depth + 1));
    return value ? of(model, value, depth + 1) : Type{};
  }
  Type out = types_.named(model, type);
  out.dimensions += static_cast<int>(std::ranges::count(dimensions.text(), '[')) + (spread ? 1 : 0);
  return out;
}

// container.forEach(one -> ...), with the containers of the library.
Type Expressions::of_lambda_parameter(const Model& model, Node lambda, int depth) {
  const Node call = lambda.parent().parent();
  if (!call.is("method_invocation") || !call.get("object")) return {};
  const Node parameters = lambda.get("parameters");
  const bool one = parameters.is("identifier") || (parameters.is("inferred_parameters") && !parameters.named_child(1));
  if (!one || !library::hands_element(call.get("name").text())) return {};
  const Type receiver = of(model, call.get("object"), depth + 1);
  return library::is_container(receiver) ? receiver.arguments.front() : Type{};
}

}  // namespace argosy::code::java_members
