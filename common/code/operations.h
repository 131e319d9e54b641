// Change operations on a tree, without a model: text operations here, rename_symbol in rename.h, others that rewrite code in
// refactor/refactor.h. All keep line endings, byte-order mark, encoding (UTF-8, UTF-16 with BOM, Latin-1) and a missing last newline of
// what they do not replace; all or nothing. Pure but for the tree's reads; any thread.
#pragma once

#include "common/code/source_tree.h"
#include "common/core/error.h"
#include "common/tasks/change.h"

namespace argosy::code {

// Any operation but ApplyDiff (that is git's: vcs::WorkTree::apply). Errors (B), details = JSON {"places":[...]}:
//   file_not_found (with files of that name elsewhere), file_exists, path_conflict (a file where a folder must be, or the reverse),
//   file_binary, text_not_found (with the nearest lines), text_ambiguous (with all places), encoding_unfit (the file's encoding has no
//   such character), nothing_to_change, and those of rename.h and refactor.h.
Result<Edit> apply(const SourceTree& tree, const tasks::Operation& operation);

}  // namespace argosy::code
