// Follows a task over its stream until it has ended. Blocking; the calling thread prints.
#pragma once

#include <string>

#include "workers/cli/client/api.h"

namespace argosy::cli {

// On a terminal the live DAG, else a line an event. A lost connection is taken up again behind the last event seen. kSucceeded or
// kFailed by the task's end; kUnreachable when the server stays away. `stream_url` may be empty: the API is asked for it.
int follow(const Api& api, const std::string& task_id, std::string stream_url);

}  // namespace argosy::cli
