// File names as a diff writes them. Internal to the readers of diffs; pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace argosy::tasks {

// A name as git writes it: bare, or quoted like a C string when it holds unusual bytes.
std::optional<std::string> unquoted(std::string_view text);

// "a/path" of a --- or +++ line, with its prefix "a/" or "b/"; a time stamp may follow a tab. /dev/null names nothing.
std::optional<std::string> side_name(std::string_view text, std::string_view prefix);

}  // namespace argosy::tasks
