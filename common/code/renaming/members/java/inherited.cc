// What a class of Java may have that nobody wrote into the repository: of a base from outside, or made when it is built.
#include <algorithm>
#include <array>

#include "common/code/renaming/members/java/types.h"

namespace argosy::code::java_members {
namespace {

// No processor adds members for these.
constexpr auto kPlain =
    std::to_array<std::string_view>({"Deprecated", "FunctionalInterface", "Override", "SafeVarargs", "SuppressWarnings"});
// A field carries these when methods are made for it.
constexpr auto kOfFields = std::to_array<std::string_view>({"Getter", "Setter", "With", "Wither", "Delegate", "Accessors", "Singular"});

bool has_annotation(Node carrier, const auto& decides) {
  for (Node one : carrier.child("modifiers").children()) {
    const auto name = one.get("name").text();
    if (one.is_any({"annotation", "marker_annotation"}) && decides(name.substr(name.rfind('.') + 1))) return true;
  }
  return false;
}

}  // namespace

// A type that a base from outside may declare comes before those of the package and of imports of everything.
Type Types::unless_inherited(Type found, const Model& model, Node at, std::string_view name, int depth) {
  if (found.kind != Type::ours) return found;
  for (Node child = at, parent = at.parent(); parent; child = parent, parent = parent.parent()) {
    if (!is_body(child)) continue;
    if (members({.kind = Type::ours, .model = &model, .node = parent}, name, false, depth + 1).open) return {};
  }
  return found;
}

bool Types::may_be_added_to(const Type& klass, int depth) {
  if (klass.kind != Type::ours) return false;
  if (depth > kMaxTypeDepth || ++steps_ > kMaxTypeSteps) return true;
  if (has_annotation(klass.node, [](auto name) { return std::ranges::find(kPlain, name) == kPlain.end(); })) return true;
  for (Node body : klass.node.children())
    for (Node child : is_body(body) ? body.children() : Node().children())
      if (child.is("field_declaration") &&
          has_annotation(child, [](auto name) { return std::ranges::find(kOfFields, name) != kOfFields.end(); }))
        return true;
  return std::ranges::any_of(rules_.bases(klass.node),
                             [&](Node base) { return may_be_added_to(this->base(*klass.model, base, depth), depth + 1); });
}

}  // namespace argosy::code::java_members
