// The language families that a rename knows, by the name of the API. Any thread.
#pragma once

#include <string_view>

#include "common/code/binding/rules.h"

namespace argosy::code {

// Null for a language that is not supported. Lives as long as the program.
const Rules* rules_for(std::string_view language);

// Whether symbols of the language are renamed, and nothing else is done in it: C, C++, Rust.
bool is_only_renamed(std::string_view language);

// Whether a definition asked for as `language` may stand in a file of that grammar: "typescript" also means .tsx files.
bool may_define(std::string_view language, Language file);

}  // namespace argosy::code
