// What the moves by which people steer a task answer. Internal to the room; any thread.
#pragma once

#include "common/core/error.h"
#include "common/store/internal/rows.h"
#include "common/store/steering.h"

namespace argosy::store {

// schemas/migrations/0022: steer_answer.
Result<Steered> steered(const Result<Rows>& rows);

}  // namespace argosy::store
