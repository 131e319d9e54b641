// Where in a text an edit belongs: exactly one place, or the reason why not. Pure, any thread.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/edits/edit_list.h"
#include "common/code/edits/line_text.h"

namespace argosy::code {

struct Placed {
  std::string_view rung;           // of ladder.h, or "elision"
  std::size_t begin = 0, end = 0;  // the lines that were matched
  std::vector<Splice> splices;     // what changes in them
};

// For edits of kind replace whose search is not blank. Failures: text_not_found, text_ambiguous, already_there, elided, change_unclear.
std::expected<Placed, EditFailure> place(const LineText& text, const FileEdit& edit);

// Whether there is nothing to search for.
bool searches_nothing(const FileEdit& edit);

}  // namespace argosy::code
