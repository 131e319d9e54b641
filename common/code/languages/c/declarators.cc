#include "common/code/languages/c/declarators.h"

namespace argosy::code::c {

std::vector<Declared> declared(Node declarator) {
  bool function = false;
  while (declarator) {
    if (declarator.is_any({"identifier", "type_identifier", "field_identifier", "qualified_identifier", "destructor_name", "operator_name",
                           "operator_cast", "template_function", "template_type"}))
      return {{declarator, function}};
    if (declarator.is("structured_binding_declarator")) {
      std::vector<Declared> names;
      for (const Node child : declarator.children())
        if (child.is("identifier")) names.push_back({child});
      return names;
    }
    if (declarator.is("function_declarator"))
      function = true;
    else if (!declarator.is_any({"parenthesized_declarator", "attributed_declarator", "init_declarator"}))
      function = false;  // what is called lies behind a pointer, or is an element
    Node inner = declarator.get("declarator");
    for (std::size_t i = 0; !inner && i < 4; ++i) {
      const Node child = declarator.named_child(i);
      if (!child) break;
      if (child.kind().ends_with("declarator") || child.kind().ends_with("identifier")) inner = child;
    }
    declarator = inner;
  }
  return {};
}

bool has_storage(Node declaration, std::string_view word) {
  for (const Node child : declaration.children())
    if (child.is("storage_class_specifier") && child.text() == word) return true;
  return false;
}

}  // namespace argosy::code::c
