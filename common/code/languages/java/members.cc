// Members of Java's classes, interfaces, enums, records and annotations.
#include <algorithm>
#include <array>

#include "common/code/languages/java/java.h"

namespace argosy::code {
namespace {

// Object's methods, what serialization looks for by name, and what the launcher calls.
constexpr auto kSpecial = std::to_array<std::string_view>(
    {"equals",      "hashCode",     "toString",     "clone",         "finalize",         "getClass",
     "notify",      "notifyAll",    "wait",         "readObject",    "writeObject",      "readObjectNoData",
     "readResolve", "writeReplace", "readExternal", "writeExternal", "serialVersionUID", "serialPersistentFields",
     "main",        "values",       "valueOf",      "ordinal"});

// What the types of a clause name: extends, implements.
void add_types(Node clause, std::vector<Node>& out) {
  for (Node child : clause.children()) {
    if (child.is("type_list"))
      add_types(child, out);
    else if (child.named() && !child.is_any({"block_comment", "line_comment"}))
      out.push_back(child);
  }
}

}  // namespace

bool JavaRules::is_special_member(std::string_view name) const { return std::ranges::find(kSpecial, name) != kSpecial.end(); }

// new Base() { ... }, and a constant of an enum with a body.
bool JavaRules::is_nameless_class(Node node) const {
  return node.is_any({"object_creation_expression", "enum_constant"}) && node.child("class_body");
}

std::vector<Node> JavaRules::bases(Node klass) const {
  std::vector<Node> out;
  if (klass.is("object_creation_expression")) out.push_back(klass.get("type"));
  if (klass.is("enum_constant")) out.push_back(klass.around({"enum_declaration"}).get("name"));
  if (!klass.named() || klass.is_any({"object_creation_expression", "enum_constant"})) return out;
  for (Node child : klass.children())
    if (child.is_any({"superclass", "super_interfaces", "extends_interfaces"})) add_types(child, out);
  return out;
}

Node JavaRules::declared_in(const Model&, Node identifier) const {
  const Node owner = identifier.parent();
  if (identifier.field() != "name") return {};
  if (owner.is("formal_parameter") && owner.parent().parent().is("record_declaration")) return owner.parent().parent();
  const bool field = owner.is("variable_declarator") && owner.parent().is_any({"field_declaration", "constant_declaration"});
  if (!field && !owner.is_any({"method_declaration", "annotation_type_element_declaration", "enum_constant"})) return {};
  const Node body = owner.around({"class_body", "interface_body", "enum_body", "annotation_type_body"});
  return body.parent();
}

}  // namespace argosy::code
