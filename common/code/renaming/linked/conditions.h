// Under which conditions of the preprocessor something stands. One thread.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "common/code/syntax/tree.h"

namespace argosy::code::linked {

// The texts of the conditions that must hold, "!" before those that must not. Without a header's guard and __cplusplus.
using Conditions = std::set<std::string>;
Conditions conditions_around(Node node);

// Whether the name is declared wherever the conditions hold: then what is meant there does not come from outside. Else a system's header
// may declare it where the project's own line is left out.
class Declared {
 public:
  explicit Declared(std::vector<Conditions> declarations);
  bool under(const Conditions& conditions) const;

 private:
  std::vector<Conditions> declarations_;  // with what follows from both branches of a condition
};

}  // namespace argosy::code::linked
