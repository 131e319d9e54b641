// What nearly every file of common/runtime and of the workers sees: tasks, the moves of the store, and what a handler is given.
#pragma once

#include "common/config/settings.h"
#include "common/runtime/handler.h"
#include "common/runtime/loop/in_flight.h"
#include "common/runtime/process.h"
#include "common/store/moves.h"
#include "common/store/queries.h"
#include "common/tasks/payloads.h"
