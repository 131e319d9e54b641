// The text that the preprocessor sees, cut up without a grammar: tokens, directives, arguments. For Macros and whoever looks into what a
// macro is given. Pure, any thread; what comes back points into the text.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace argosy::code::linked {

struct Token {
  std::string_view text;
  std::size_t at = 0;  // in what was cut up
  bool word = false;
};
// Without comments, white space and literals.
std::vector<Token> tokens_of(std::string_view text);

// The end of a directive: a line that no backslash carries on.
std::size_t end_of_directive(std::string_view text, std::size_t at);
// What stands in the brackets that open at or behind `at`, past white space; empty when none do, the rest of the text where they do not
// close.
std::string_view arguments_at(std::string_view text, std::size_t at);

}  // namespace argosy::code::linked
