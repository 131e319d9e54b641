// Which of the two languages a header "x.h" is in: its name does not tell. Pure, any thread.
#pragma once

#include <string_view>

#include "common/code/syntax/tree.h"

namespace argosy::code {

// C++ where a line begins as only C++ does. A guess that saves parses: who reads the header tries the other language when this one fails.
Language likely_language_of_header(std::string_view text);

}  // namespace argosy::code
