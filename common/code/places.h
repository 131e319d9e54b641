// Places in sources, for refusals and reports. Pure, any thread.
#pragma once

#include <string_view>
#include <vector>

#include "common/code/source_tree.h"
#include "common/code/syntax/tree.h"
#include "common/core/error.h"

namespace argosy::code {

// Places that one error carries; its message says how many there are.
inline constexpr std::size_t kMaxPlaces = 20;

// The place of a byte offset in a UTF-8 text.
Place place_at(std::string path, std::string_view text, std::size_t offset);

// The same in a tree's text, at a cost that does not grow with the text: for as many places as a source may have.
Place place_at(std::string path, const Tree& tree, std::size_t offset);

// A category B error whose details are {"places":[{"path","line","column","text"}]}. "{}" in the message becomes "N place(s)".
std::unexpected<Error> refuse(std::string code, std::string message, std::string hint, const std::vector<Place>& places);

}  // namespace argosy::code
