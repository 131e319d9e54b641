// Mends JSON text where only one reading is possible. Used by arguments.cc. Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace argosy::llm {

// `text` with control characters in strings escaped, without commas before a closing bracket, without closing brackets after its end, and,
// where `close` allows it, with the closing brackets that its end lacks. Nothing: there is more than one reading. The result may still
// be wrong for other reasons.
std::optional<std::string> mend_json(std::string_view text, bool close);

// The text inside a single ``` fence, or `text` itself.
std::string_view without_fence(std::string_view text);

}  // namespace argosy::llm
