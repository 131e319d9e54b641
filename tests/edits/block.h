// What a model would say of a real edit: the lines that change with lines around them, enough to name one place; and the ways in which it
// gets them wrong. Values, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/edits/script.h"

namespace argosy::edits {

// One edit of one file. `said` begins as the true lines; damage changes it.
struct Block {
  std::string path;
  Script said;
  std::size_t first = 0;  // the line of the file where it begins, from 0
  Lines file{};           // all of it, as it was
};

// How often the lines stand in the file when white space, blank lines and typography do not count.
std::size_t places(const Lines& file, const Lines& wanted);

// The hunk with about `context` lines on both sides, and more until it stands once in the file whatever white space counts.
std::optional<Block> block_of(const std::string& path, const Script& script, const Hunk& hunk, std::size_t context);

// Damage that the ladder names. Each tells whether it applies to this block, and then did it. What it does to lines that stay and go it
// does to search and replacement alike, as a model that misremembers a file does.
enum class Slip : std::uint8_t { trailing, shift, tabs, flattened, prettified, blanks, elision };
inline constexpr std::size_t kSlips = 7;
std::string_view to_string(Slip slip);
bool damage(Block& block, Slip slip, Random& random);
// What must be done to the file first, so that the slip can be made: typographic characters or spaces at line ends that the answer lacks.
void prepare(Script& script, Slip slip, Random& random);

// Damage that no rung forgives: applied, it must have done exactly the right thing, or it was wrong.
enum class Harm : std::uint8_t { typo, line_missing, lines_swapped, ragged, cut_line, elided_replacement, broken_syntax };
inline constexpr std::size_t kHarms = 7;
std::string_view to_string(Harm harm);
bool harm(Block& block, Harm kind, Random& random);

}  // namespace argosy::edits
