// The fan-out service: WebSocket streams of tasks' events and logs. Any number of instances, each sees all events.
#pragma once

#include "common/config/settings.h"
#include "common/runtime/process.h"

namespace argosy::fanout {

// Serves until the process is told to stop. The exit code: 0, or 1 when it could not start.
int run_fanout(const config::Settings& settings, runtime::Process& process);

}  // namespace argosy::fanout
