// What git prints of a history, as values. Internal to this room. Pure, any thread.
#pragma once

#include <string_view>
#include <vector>

#include "common/vcs/repository.h"

namespace argosy::vcs {

// Reads `git blame --porcelain`. What does not look like it is passed over.
std::vector<LineOrigin> parse_blame(std::string_view output);
// Reads `git log -z --format="%H %at %s"`.
std::vector<PastCommit> parse_past(std::string_view output);

}  // namespace argosy::vcs
