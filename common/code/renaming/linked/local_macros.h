// What macros do to a local variable of C or C++. One thread.
#pragma once

#include <string>

#include "common/code/binding/project.h"
#include "common/code/renaming/sites.h"

namespace argosy::code::linked {

// symbol_ambiguous: inside the function the variable is given to a macro that makes another name of it, or a macro is used that writes such
// a name itself. name_in_string: a macro makes a text of it.
void check_macros(const Project& project, const Model& model, Node function, const std::string& name, Force force, Findings& found);

}  // namespace argosy::code::linked
