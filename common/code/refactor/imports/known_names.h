// Names that a language brings along, so that an import of the same name would change what stands there. Any thread.
#pragma once

#include <string_view>

#include "common/code/syntax/tree.h"

namespace argosy::code {

// Whether the module is of Python's standard library.
bool is_standard_module(std::string_view module);
// Whether the name means something without any import: print, console, String.
bool is_own_name(Language language, std::string_view name);

}  // namespace argosy::code
