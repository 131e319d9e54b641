// From what a search found to an edit or a refusal, for renames of every kind. One thread.
#pragma once

#include <vector>

#include "common/code/binding/project.h"
#include "common/code/renaming/findings.h"
#include "common/tasks/change.h"

namespace argosy::code {

Force force_of(const tasks::RenameSymbol& request);

// The refusal that is to be mended first, with its places; nothing when there is none.
Result<void> check_refusals(const std::vector<Refusal>& refusals);

// The files with the sites written into them, in their own encodings. `sites` must be sorted by path and place.
Result<Edit> write_sites(const Project& project, const std::vector<Site>& sites);

}  // namespace argosy::code
