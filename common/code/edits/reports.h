// What a model is told about an edit that could not be placed: the nearest lines with their numbers, or that the change is there already.
// Pure, any thread.
#pragma once

#include <vector>

#include "common/code/edits/edit_list.h"
#include "common/code/edits/line_text.h"

namespace argosy::code {

// text_not_found with the nearest lines, or already_there.
EditFailure report_not_found(const LineText& text, const FileEdit& edit);
// text_ambiguous with all places; lines from 0.
EditFailure report_ambiguous(const LineText& text, const FileEdit& edit, const std::vector<std::size_t>& lines);

// For people and models: what could not be applied and why, and which edits fit and need not be sent again.
std::string explain(const std::vector<EditFailure>& failed, std::size_t fitting);

}  // namespace argosy::code
