// A file in less room than it takes: its definitions' lines, and all of those that the task mentions. Used by this folder. Pure.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "common/code/index/index.h"

namespace argosy::agent::context {

// Each gap is a line "... 12 lines ..."; empty when even the definitions' lines take more than `tokens`, or there are none.
std::string outline(std::string_view text, const code::FileTags& tags, const std::set<std::string, std::less<>>& mentioned,
                    std::size_t tokens);
// Whole lines from the beginning, and a line that says how much is missing; empty when not even one fits.
std::string beginning(std::string_view text, std::size_t tokens);

}  // namespace argosy::agent::context
