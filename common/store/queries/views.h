// What several reads show the same way. Internal to the room; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/core/json.h"
#include "common/store/queries.h"

namespace argosy::store {

// Nothing when there is no category.
std::optional<Error> error_from(std::string_view category, std::string code, std::string message, std::string hint, std::string details);
// From the members of a JSON object of that shape.
std::optional<Error> error_from(const json::Value& value);
// One of the JSON objects that get_task.sql and get_dead.sql make of an attempt.
AttemptView attempt_from(const json::Value& value);

}  // namespace argosy::store
