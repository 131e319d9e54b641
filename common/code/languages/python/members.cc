// Members of Python's classes.
#include <algorithm>
#include <array>

#include "common/code/languages/python/python.h"

namespace argosy::code {
namespace {

// What classes of these inherit is known, and nobody would override it by accident but with its name.
constexpr auto kPlainBases = std::to_array<std::string_view>(
    {"object", "ABC", "abc.ABC", "Generic", "typing.Generic", "Protocol", "typing.Protocol", "Exception", "BaseException"});

}  // namespace

std::vector<Node> PythonRules::bases(Node klass) const {
  std::vector<Node> out;
  for (Node child : klass.get("superclasses").children()) {
    if (!child.named() || child.is_any({"keyword_argument", "comment"})) continue;
    out.push_back(child.is("subscript") ? child.get("value") : child);
  }
  return out;
}

bool PythonRules::is_plain_base(Node base) const {
  const auto text = base.text();
  const bool builtin_error = base.is("identifier") && text.ends_with("Error");
  return builtin_error || std::ranges::find(kPlainBases, text) != kPlainBases.end();
}

// The class's own scope binds it, or a method sets self.name.
Node PythonRules::declared_in(const Model& model, Node identifier) const {
  const auto bound = model.bound_at.find(identifier.id());
  if (bound == model.bound_at.end()) return {};
  const Node scope = model.scopes[bound->second].node;
  return scope.is("class_definition") ? scope : Node();
}

Owner PythonRules::owner_of(Node object) const {
  while (object.is("parenthesized_expression")) object = object.named_child(0);
  if (object.is("call") && object.get("function").text() == "super")
    return {.kind = Owner::bases, .klass = object.around({"class_definition"})};
  return {};
}

// name: type, in a class that is decorated or derived from something.
bool PythonRules::names_parameter(Node declaration) const {
  const Node assignment = declaration.parent();
  if (!assignment.is("assignment") || !assignment.get("type") || assignment.get("left") != declaration) return false;
  const Node klass = assignment.around({"class_definition", "function_definition"});
  if (!klass.is("class_definition")) return false;
  const auto found = bases(klass);
  return klass.parent().is("decorated_definition") || std::ranges::any_of(found, [&](Node base) { return !is_plain_base(base); });
}

}  // namespace argosy::code
