// The formats in which models write edits, a reader each. A reader numbers edits from 1 in the order of the answer; what it cannot read as
// one whole edit becomes a problem. Pure but for the answer's look at the tree; any thread.
#pragma once

#include "common/code/edits/edit_list.h"
#include "common/code/edits/formats/answer.h"

namespace argosy::code {

// <<<<<<< SEARCH, =======, >>>>>>> REPLACE, with a file name above, inside or beside.
EditList read_search_replace(const Answer& answer);
// One JSON object or a list of {path, old_string, new_string}, bare, fenced, or wrapped as a tool call.
EditList read_str_replace(const Answer& answer);
// Hunks under --- and +++ headers. Line numbers are not believed.
EditList read_unified_diff(const Answer& answer);
// *** Begin Patch, *** Update/Add/Delete File, *** Move to, @@ anchors.
EditList read_apply_patch(const Answer& answer);
// Fenced blocks under the name of a file.
EditList read_whole_files(const Answer& answer);

// By the mark that stands first in the answer; automatic when there is none.
EditFormat detect_format(const Answer& answer);

}  // namespace argosy::code
