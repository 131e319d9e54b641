// What nearly every file of common/store and of its tests sees: the moves and the queries, and what they say of tasks.
#pragma once

#include "common/store/database.h"
#include "common/store/moves.h"
#include "common/store/queries.h"
#include "common/tasks/payloads.h"
