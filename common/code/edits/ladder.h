// The ladder: how lines that a model copied may differ from those of the file and still mean exactly one place. A rung is a set of
// differences that do not count; nothing is matched by likeness. Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/edits/line_text.h"

namespace argosy::code {

enum class Rung : std::uint8_t { exact, trailing_space, indentation, tabs, punctuation, blank_lines, combined };
std::string_view to_string(Rung rung);

// What does not count on a rung.
struct Leniency {
  Rung rung;
  bool trailing = false;     // white space at the ends of lines
  bool shift = false;        // the same indentation more or less on all lines
  bool tabs = false;         // tabs written as so many spaces, or the reverse, on all lines
  bool punctuation = false;  // typographic quotes, dashes and spaces for those of ASCII
  bool blanks = false;       // how many blank lines stand between two others
};
std::span<const Leniency> ladder();

// How the file's indentation comes from that of the answer.
struct Reindent {
  std::string add{}, remove{};  // prefix of every line that is not blank
  std::size_t tab_width = 0;    // spaces in the answer that are one tab in the file
  std::size_t space_width = 0;  // spaces in the file that are one tab in the answer
  // Nothing when the line is indented less than it takes.
  std::optional<std::string> apply(std::string_view line) const;
};

// A place where the lines stand: lines[i] is the line of the file for the i-th searched line, kNoLine for a blank one that does not count.
struct Match {
  std::size_t begin = 0, end = 0;
  std::vector<std::size_t> lines;
  Reindent indentation;
};

inline constexpr std::size_t kMaxMatches = 50;  // more places are not counted

// All places within [from, to) of the text, in order, at most kMaxMatches.
std::vector<Match> find_lines(const LineText& text, const std::vector<std::string>& search, const Leniency& leniency, std::size_t from = 0,
                              std::size_t to = kNoLine);

bool is_blank(std::string_view line);
std::string_view indentation_of(std::string_view line);

}  // namespace argosy::code
