// Replacing one piece of a text that must occur exactly once. Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/code/source_tree.h"
#include "common/core/error.h"

namespace argosy::code {

// The text of the file at `path` with `old_text` replaced. Line endings do not count when neither string writes a carriage return: the
// new text then gets those of what it replaces. Errors (B), with places: text_not_found, text_ambiguous.
Result<std::string> replace_once(const std::string& path, std::string_view text, std::string_view old_text, std::string_view new_text);

// The lines of the text that look most like the beginning of what was not found in it, the likest first. For hints only.
std::vector<Place> nearest_lines(const std::string& path, std::string_view text, std::string_view wanted);

}  // namespace argosy::code
