// What a page says, without its markup: for models, who pay by the word. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace argosy::codegen {

// Tags, scripts and styles are left out, the usual entities decoded, blocks become lines. Never fails: what is cut off is text.
std::string text_of_html(std::string_view html);

}  // namespace argosy::codegen
