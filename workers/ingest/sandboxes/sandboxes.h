// Sandboxes that clients hold: rows here, files and processes on a testing worker. All block; making and running do so for as long as the
// work takes, on the patient pool's threads. Every one is scoped by the caller's organisation.
#pragma once

#include <chrono>

#include "common/tasks/testing/sandbox_calls.h"
#include "workers/ingest/service.h"

namespace argosy::ingest {

// How long a sandbox may take to be made, its repository's first clone included, and a command to be answered.
inline constexpr std::chrono::minutes kMakePatience{15};
inline constexpr std::chrono::seconds kExecPatience = tasks::kMaxExecWall + 2 * tasks::kExecSlack;
inline constexpr std::chrono::seconds kRemovePatience{20};

http::Response make_sandbox(Service& service, const Call& call);
http::Response list_sandboxes(Service& service, const Call& call);
http::Response get_sandbox(Service& service, const Call& call);
http::Response exec_in_sandbox(Service& service, const Call& call);
http::Response remove_sandbox(Service& service, const Call& call);

}  // namespace argosy::ingest
