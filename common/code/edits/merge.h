// What becomes of the lines that an edit names: the difference between what it searches and what it puts there is carried over to the
// lines as the file has them. Lines that the edit keeps stay byte for byte. Pure, any thread.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/edits/ladder.h"
#include "common/code/edits/line_text.h"

namespace argosy::code {

// Why the change cannot be carried over: a reason of EditFailure, and what to do.
struct Unclear {
  std::string reason, hint;
};

std::expected<std::vector<Splice>, Unclear> merge(const LineText& text, const std::vector<std::string>& search,
                                                  const std::vector<std::string>& replace, const Match& match, const Leniency& leniency);

// The splices that make lines [begin, end) of the text these.
std::vector<Splice> differences(const LineText& text, std::size_t begin, std::size_t end, const std::vector<std::string>& replace);

// For each line of `b` the line of `a` that it is, kNoLine for a new one; in order. Very different texts have only their ends in common.
std::vector<std::size_t> common_lines(const std::vector<std::string>& a, const std::vector<std::string>& b);

}  // namespace argosy::code
