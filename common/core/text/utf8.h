// How far a text is valid UTF-8. Used by text.h's own calls and by the JSON reader. Pure, any thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace argosy::text {

// How many bytes at the front are whole, valid characters (strict, as is_utf8): what comes then, if anything, begins with one that is not.
std::size_t utf8_run(std::string_view text);

}  // namespace argosy::text
