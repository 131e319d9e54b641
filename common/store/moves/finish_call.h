// A finish of one batch, without splitting: in one call, or two where the short way leaves something over. Internal to the room.
#pragma once

#include "common/store/moves.h"

namespace argosy::store {

// `poisoned` is empty. Errors as call() gives them; database_rejected and database_timeout mean: try it in smaller parts.
Result<Finished> finish_call(Database& db, const WorkerId& worker, FinishedSteps steps);

// Adds what `part` says to `all`.
void append(Finished& all, Finished part);

// What counts against the bound of a batch.
std::size_t weight(const FinishedStep& step);

}  // namespace argosy::store
