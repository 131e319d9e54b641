// JSON of strangers: what our strict reader refuses for its characters only (U+0000, lone surrogates, invalid UTF-8) is read with U+FFFD in
// their place, and memory is bounded by the number of values too: two bytes of text may be forty of memory. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include "common/core/error.h"
#include "common/core/json.h"

namespace argosy::llm {

inline constexpr std::size_t kMaxJsonValues = 200'000;  // of one text

// Errors (B): those of json::parse; json_too_large also for too many values.
Result<json::Value> parse_loosely(std::string_view text, std::size_t max_bytes);
// As the former, but the characters must be right.
Result<json::Value> parse_bounded(std::string_view text, std::size_t max_bytes);

}  // namespace argosy::llm
