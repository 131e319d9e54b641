// Whether files of Python import each other in a circle while they are loaded. One thread.
#pragma once

#include <set>
#include <string>

#include "common/code/binding/project.h"

namespace argosy::code {

// Files that are loaded when the file is: imports of its top level, and those of what they import.
std::set<std::string> loaded_with(const Project& project, const Rules& rules, const std::string& path);

}  // namespace argosy::code
