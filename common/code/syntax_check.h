// Whether a change broke the grammar of a file. Used by the testing worker's syntax gate. Pure, any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace argosy::code {

struct SyntaxErrors {
  std::size_t before = 0, after = 0;  // places that the grammar could not read; `before` is not looked at when there are none after
  std::size_t line = 0;               // of the first one afterwards, from 1; 0: none
};

// Nothing when the file's language (by its name) has no grammar here, or the text cannot be parsed at all (too large, no UTF-8). `before`
// empty: a new file.
std::optional<SyntaxErrors> syntax_errors(const std::string& path, std::string_view before, std::string_view after);

}  // namespace argosy::code
