// Lines by which a model leaves out what it does not want to repeat: "...", "# ... existing code ...". Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace argosy::code {

bool is_elision(std::string_view line);

// The first new line that leaves code out: written, it would delete that code. `known` lines stand in the file or the search and may stay;
// in Python, "..." alone is a body where the line before it opens one.
std::optional<std::string> elision_in(const std::vector<std::string>& lines, const std::vector<std::string>& known, std::string_view path);

// The pieces of search and replacement between elisions, pair by pair; nothing when they do not correspond.
struct Piece {
  std::vector<std::string> search, replace;
};
std::optional<std::vector<Piece>> pieces_between_elisions(const std::vector<std::string>& search, const std::vector<std::string>& replace);

}  // namespace argosy::code
