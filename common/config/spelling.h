// For a name that nobody knows: the known one that was probably meant. Pure, any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace argosy::config {

// For a variable: of all of them and the _FILE forms of secrets, the one with the fewest changed, added or dropped characters.
std::string nearest_name(std::string_view name);

// Of `candidates` the one with the fewest changed, added or dropped characters; empty when there is none.
std::string nearest_of(std::string_view name, std::span<const std::string> candidates);

}  // namespace argosy::config
