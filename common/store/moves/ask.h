// The end of an attempt that asks a person: rare, so each is a call of its own. Internal to the room; any thread.
#pragma once

#include "common/store/moves.h"

namespace argosy::store {

// `step.question` is set. Answers like a finish.
Result<Finished> ask_call(Database& db, const WorkerId& worker, const FinishedStep& step);

}  // namespace argosy::store
