#include "common/code/renaming/owners.h"

#include "common/code/languages/c/declarators.h"

namespace argosy::code {
namespace {

// The type that a method of Go stands with: func (r *Type[T]) name().
Node receiver_type(Node method) {
  const Node receiver = method.get("receiver");
  for (NodeId id = receiver.id(); receiver && id <= receiver.last_id(); ++id)
    if (const Node node = receiver.tree().node(id); node.is("type_identifier")) return node;
  return {};
}

}  // namespace

bool is_function_node(Node node) {
  return node.named() && node.is_any({"function_definition", "function_declaration", "generator_function_declaration",
                                      "function_expression", "generator_function", "arrow_function", "method_definition",
                                      "method_declaration", "constructor_declaration", "compact_constructor_declaration",
                                      "function_signature", "method_signature", "abstract_method_signature", "function_item"});
}

bool is_class_node(Node node) {
  return node.named() && node.is_any({"class_definition", "class_declaration", "abstract_class_declaration", "class",
                                      "interface_declaration", "enum_declaration", "record_declaration", "annotation_type_declaration",
                                      "type_spec", "class_specifier", "struct_specifier", "impl_item", "trait_item"});
}

Node naming_token(Node owner) {
  if (const Node name = owner.get("name")) return name;
  if (owner.is("impl_item")) {
    const Node type = owner.get("type");
    return type.is("generic_type") ? type.get("type") : type;
  }
  if (const auto names = owner.is("function_definition") ? c::declared(owner.get("declarator")) : std::vector<c::Declared>();
      names.size() == 1) {
    Node name = names.front().name;
    while (name.is("qualified_identifier")) name = name.get("name");
    return name;
  }
  const Node parent = owner.parent();
  if (parent.is("variable_declarator") && owner.field() == "value") return parent.get("name");
  if (parent.is("public_field_definition") && owner.field() == "value") return parent.get("name");
  if (parent.is("field_definition") && owner.field() == "value") return parent.get("property");
  if (parent.is("pair") && owner.field() == "value") return parent.get("key");
  if (parent.is("assignment_expression") && owner.field() == "right") {
    const Node left = parent.get("left");
    return left.is("member_expression") ? left.get("property") : left;
  }
  return {};
}

Node named_owner(Node node) {
  for (; node; node = node.parent())
    if ((is_function_node(node) || is_class_node(node)) && naming_token(node)) return node;
  return {};
}

std::string qualified_name(Node owner) {
  std::string out;
  for (; owner; owner = named_owner(owner.parent())) {
    std::string name(naming_token(owner).text());
    if (const Node type = owner.is("method_declaration") ? receiver_type(owner) : Node()) name = std::string(type.text()) + "." + name;
    out = out.empty() ? name : name + "." + out;
  }
  return out;
}

bool is_called(Node owner, std::string_view wanted) {
  const std::string name = qualified_name(owner);
  return name == wanted || (name.size() > wanted.size() && name.ends_with(wanted) && name[name.size() - wanted.size() - 1] == '.');
}

}  // namespace argosy::code
