// The grammars that are compiled in, one a language: what tree.cc and tags/ hand to tree-sitter. No one outside of common/code sees it.
// Any thread.
#pragma once

#include <optional>
#include <string_view>

#include "common/code/syntax/tree.h"

struct TSLanguage;

namespace argosy::code {

inline constexpr std::size_t kLanguages = 9;

// Lives as long as the program.
const TSLanguage* grammar_of(Language language);

}  // namespace argosy::code
