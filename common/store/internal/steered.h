// What the moves by which people steer a task answer. Internal to the room; any thread.
#pragma once

#include <pqxx/result>

#include "common/core/error.h"
#include "common/store/steering.h"

namespace argosy::store {

// schemas/migrations/0022: steer_answer.
Result<Steered> steered(const Result<pqxx::result>& rows);

}  // namespace argosy::store
