// For a variable that nobody knows: the known one that was probably meant. Used by this room only. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace argosy::config {

// Of all variables and the _FILE forms of secrets, the one with the fewest changed, added or dropped characters.
std::string nearest_name(std::string_view name);

}  // namespace argosy::config
