// Any bytes in JSON, without loss: a text as itself, else {"base64": "..."}. For what is kept of loops. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include "common/core/error.h"
#include "common/core/json.h"

namespace argosy::agent {

json::Value bytes_json(std::string_view bytes);
// Errors (B): agent_state_invalid.
Result<std::string> bytes_at(const json::Value& value, std::string_view key);
Result<std::int64_t> number_at(const json::Value& value, std::string_view key);

// A text that comes back from JSON as it was: UTF-8 without U+0000. What is not becomes U+FFFD.
std::string clean_text(std::string_view raw);

std::unexpected<Error> state_invalid(std::string_view what);

}  // namespace argosy::agent
