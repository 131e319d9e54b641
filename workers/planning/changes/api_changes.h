// What differs between two versions of an OpenAPI (or Swagger) description. Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "workers/planning/changes/change.h"

namespace argosy::planning {

inline constexpr std::size_t kMaxDescriptionBytes = 4u << 20;

// By its name.
bool is_api_description(std::string_view path);

// Operations ("GET /orders/{id}") and schemas that came, went or are otherwise; an empty text has none. `path` says whether it is JSON or
// YAML, and stands in the changes. Errors (B): those of json::parse and yaml::parse.
Result<std::vector<Change>> api_changes(const std::string& path, std::string_view before, std::string_view after);

}  // namespace argosy::planning
