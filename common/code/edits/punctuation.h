// Typographic characters that models and editors put for those of ASCII, or the reverse. Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace argosy::code {

// With quotes, dashes, ellipses and spaces as ASCII has them; characters of no width are left out.
std::string ascii_punctuation(std::string_view text);

// What stands in the file after `from` became `to` in the answer: all that the answer leaves as it is comes from `ours`, the file's line,
// which equals `from` but for such characters. Nothing when the change and the characters cannot be told apart. `prettified`: the answer
// writes such characters where the file has ASCII, and its new text becomes ASCII too.
std::optional<std::string> carry_over(std::string_view ours, std::string_view from, std::string_view to, bool prettified);

bool is_typographic(std::string_view text);
// The ASCII that stands for the typographic characters of the text, a letter each.
std::string ascii_of_typographic(std::string_view text);

}  // namespace argosy::code
