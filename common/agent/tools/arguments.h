// Arguments as models write them, made into those of the schema: other vendors' names for the same thing, numbers in quotes, null for what
// is left out, paths with a prefix. Internal to this folder; pure, any thread.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "common/core/json.h"
#include "common/core/json_schema.h"

namespace argosy::agent {

// `schema`: the same as `checker` was compiled from. The error is a sentence for the model. What the schema does not know is left out.
std::expected<json::Object, std::string> arguments_of(const std::string& json_text, const json::Value& schema, const json::Schema& checker);

}  // namespace argosy::agent
