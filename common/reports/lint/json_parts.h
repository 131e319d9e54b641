// Reading JSON of strangers without asking at each step whether it is there. Internal to the folder; pure.
#pragma once

#include <string_view>

#include "common/core/json.h"

namespace argosy::reports {

inline const json::ParseLimits kLintLimits{.max_bytes = 64u << 20, .max_depth = 64};

inline const json::Value& nothing() {
  static const json::Value null;
  return null;
}

// The member, or null.
inline const json::Value& part(const json::Value& value, std::string_view key) {
  const auto* found = value.find(key);
  return found == nullptr ? nothing() : *found;
}

}  // namespace argosy::reports
