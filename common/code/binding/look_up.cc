#include "common/code/binding/look_up.h"

#include <algorithm>

namespace argosy::code {
namespace {

bool seen(const Binding& binding, std::uint32_t at) { return binding.visible_from <= at; }

}  // namespace

Found look_up(const Model& model, Node at, std::string_view name, Space space) {
  // A token that binds means what it binds.
  if (const auto bound = model.bound_at.find(at.id()); bound != model.bound_at.end() && at.text() == name)
    return {bound->second, model.find(bound->second, name)};
  const ScopeId start = model.scope_of[at.id()];
  for (ScopeId id = start;; id = model.scopes[id].parent) {
    const Scope& scope = model.scopes[id];
    const auto* bindings = model.find(scope.globals.contains(name) ? kRootScope : id, name);
    if (scope.globals.contains(name)) return {kRootScope, bindings};
    const auto fits = [&](const Binding& b) { return overlap(b.space, space); };
    if (bindings != nullptr && std::ranges::any_of(*bindings, fits) && (id == start || !scope.private_names)) {
      if (!scope.ordered) return {id, bindings};
      if (std::ranges::any_of(*bindings, [&](const Binding& b) { return fits(b) && b.conditional; })) return {id, bindings, true};
      if (std::ranges::any_of(*bindings, [&](const Binding& b) { return fits(b) && seen(b, at.start()); })) return {id, bindings};
    }
    if (id == kRootScope) return {};
  }
}

}  // namespace argosy::code
