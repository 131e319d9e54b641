// What differs between two versions of a source in what others can use of it. Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workers/planning/changes/change.h"

namespace argosy::planning {

inline constexpr std::size_t kMaxComparedBytes = 512u << 10;  // of a source

// Exported functions, methods, types and constants that came, went, or are written otherwise in the line that defines them; an empty text
// has none. Nothing of what no grammar reads, and of tests.
std::vector<Change> symbol_changes(const std::string& path, std::string_view before, std::string_view after);

}  // namespace argosy::planning
