// The symbols of one name in a project of C and C++: files that are read together share one, what has linkage is one wherever it is
// declared, and what is static or lies in an unrelated program is another. One thread.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/code/renaming/linked/includes.h"
#include "common/code/renaming/linked/mentions_in.h"
#include "common/tasks/change.h"

namespace argosy::code::linked {

// What a rename is of.
struct Symbol {
  std::set<std::string> files;  // in which the name means it, unless something nearer hides it
  std::string space{};
  bool ordinary = false, tags = false;  // C: which of the two worlds; C++: both
  bool macro = false;
  bool function_macro = false;    // and only such
  bool visible = false;           // files of which the includes are not known could mean it, too
  std::set<std::string> unclear;  // files that declare something of that name, which may be it
  std::set<std::string> homes;    // where it is declared
  std::vector<Node> names;        // the tokens that declare it
  std::vector<Place> rivals;      // functions and variables that a linker would take for it
};

struct Wanted {
  std::string name, kind;
  std::function<bool(const std::string& path)> allowed;  // may the definition lie there?
};

// Errors (B), with places: symbol_not_found, symbol_ambiguous.
Result<Symbol> find_symbol(const Project& project, const Includes& includes, const std::vector<const Model*>& models,
                           const std::vector<Declaration>& declarations, const Wanted& wanted);

}  // namespace argosy::code::linked
