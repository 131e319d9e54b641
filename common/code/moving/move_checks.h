// What must hold before a move of a symbol is given out. Each returns the refusal, if any. One thread.
#pragma once

#include <vector>

#include "common/code/renaming/sites.h"
#include "common/tasks/operations/moving.h"

namespace argosy::code {

// import_cycle: files that load each other now and did not before.
Result<void> check_cycles(const Project& before, const Project& after, const Rules& rules, const tasks::MoveSymbol& request,
                          const Edit& edit);

// import_unresolved: every use that was there before (`uses`, in `before`) must mean the symbol afterwards.
Result<void> check_uses(const Project& before, const Project& after, const Rules& rules, const tasks::MoveSymbol& request,
                        const std::vector<Site>& uses);

}  // namespace argosy::code
