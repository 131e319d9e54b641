// Members of classes and interfaces in JavaScript and TypeScript.
#include "common/code/languages/ecmascript/ecmascript.h"

namespace argosy::code {
namespace {

bool is_class(Node node) {
  return node.named() && node.is_any({"class", "class_declaration", "abstract_class_declaration", "interface_declaration"});
}

// Base of Base<T>.
Node without_arguments(Node type) {
  if (type.is("generic_type")) return type.get("name") ? type.get("name") : type.named_child(0);
  return type;
}

// Whether `this` at the node surely is an object of the class around: no function between that has a `this` of its own.
bool is_own_this(Node node) {
  for (Node around = node.parent(); around; around = around.parent()) {
    if (around.is_any({"function_expression", "function_declaration", "generator_function", "generator_function_declaration"}))
      return false;
    if (around.is("method_definition")) return around.parent().is("class_body");
    if (around.is("class_body")) return true;
  }
  return true;
}

}  // namespace

std::vector<Node> EcmaScriptRules::bases(Node klass) const {
  std::vector<Node> out;
  for (Node child : klass.children()) {
    if (child.is("extends_type_clause")) {
      for (Node type : child.children())
        if (type.named()) out.push_back(without_arguments(type));
    }
    if (!child.is("class_heritage")) continue;
    for (Node clause : child.children()) {
      if (clause.is("extends_clause")) {
        out.push_back(clause.get("value"));
      } else if (clause.is("implements_clause")) {
        for (Node type : clause.children())
          if (type.named()) out.push_back(without_arguments(type));
      } else if (clause.named() && !clause.is("comment")) {
        out.push_back(clause);  // JavaScript's grammar has the expression alone
      }
    }
  }
  return out;
}

bool EcmaScriptRules::is_plain_base(Node base) const {
  const auto text = base.text();
  return text == "Object" || text == "Error" || text == "TypeError" || text == "RangeError";
}

Node EcmaScriptRules::declared_in(const Model&, Node identifier) const {
  const Node member = identifier.parent();
  const bool parameter = member.is_any({"required_parameter", "optional_parameter"}) &&
                         (member.child("accessibility_modifier") || member.child("readonly")) && identifier.field() == "pattern";
  if (parameter) return identifier.around({"class", "class_declaration", "abstract_class_declaration"});
  const bool named = identifier.field() == "name" || identifier.field() == "property";
  if (!named || !member.is_any({"method_definition", "public_field_definition", "field_definition", "abstract_method_signature",
                                "method_signature", "property_signature"}))
    return {};
  const Node body = member.parent();
  return body.is_any({"class_body", "interface_body", "object_type"}) && is_class(body.parent()) ? body.parent() : Node();
}

Owner EcmaScriptRules::owner_of(Node object) const {
  if (object.is("super"))
    return {.kind = Owner::bases, .klass = object.around({"class", "class_declaration", "abstract_class_declaration"})};
  for (NodeId id = object.id(); id <= object.last_id(); ++id)
    if (const Node node = object.tree().node(id); node.is("this") && !is_own_this(node)) return {.kind = Owner::unsure};
  return {};
}

}  // namespace argosy::code
