// Which bindings a name means where it stands. For whoever follows names: the values of expressions, and renames. Pure; one thread a model.
#pragma once

#include <string_view>
#include <vector>

#include "common/code/binding/model.h"

namespace argosy::code {

// The bindings that a name means at a place, looked up as the language does it.
struct Found {
  ScopeId scope = kRootScope;
  const std::vector<Binding>* bindings = nullptr;  // null: the name is free
  bool blurred = false;                            // which scope it is depends on what ran before
};
Found look_up(const Model& model, Node at, std::string_view name, Space space);

}  // namespace argosy::code
