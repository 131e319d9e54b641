// Which files a unified diff touches, read from its headers only. Pure, any thread.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace argosy::tasks {

// Sorted, each once; old and new name of a rename. The error is what is wrong with the diff. Hunks are counted out by their headers, so
// that a removed line "-- x" is never taken for a header.
std::expected<std::vector<std::string>, std::string> diff_paths(std::string_view diff);

}  // namespace argosy::tasks
