// The ends of attempts that are rare enough to be calls of their own: a question to a person, and a success that adds a detour. Internal to
// the room; any thread.
#pragma once

#include "common/store/moves.h"

namespace argosy::store {

// `step.question` is set. Answers like a finish.
Result<Finished> ask_call(Database& db, const WorkerId& worker, const FinishedStep& step);

// `step.detour` is sound (tasks::check_detour) and not empty. Answers like a finish.
Result<Finished> detour_call(Database& db, const WorkerId& worker, const FinishedStep& step);

}  // namespace argosy::store
