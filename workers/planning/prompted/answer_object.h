// A model's answer as the JSON object that it was asked for. Pure, any thread.
#pragma once

#include <string_view>

#include "common/core/error.h"
#include "common/core/json.h"

namespace argosy::planning {

inline constexpr std::size_t kMaxAnswerBytes = 512u << 10;

// Words and fences around it are passed over, and slips with one reading only are mended. Error (B): answer_unusable.
Result<json::Value> answer_object(std::string_view answer);

}  // namespace argosy::planning
