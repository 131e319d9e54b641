// Whether what a member is taken of surely comes from outside the repository, so that no class of it is meant. One thread.
#pragma once

#include "common/code/binding/values.h"

namespace argosy::code {

// Follows names to their values: literals, what foreign modules offer, objects of foreign classes, and parameters annotated as such. What
// foreign functions return may be what they were given, and counts only if they were given literals.
bool is_surely_foreign(const Model& model, const Rules& rules, Values& values, Node expression);

}  // namespace argosy::code
