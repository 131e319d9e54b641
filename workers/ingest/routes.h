// The API's operations, as one table: method, path, what the caller must be allowed, who answers.
#pragma once

#include <memory>

#include "common/http/server.h"
#include "common/runtime/work_pool.h"
#include "common/telemetry/metrics.h"
#include "workers/ingest/edge/access.h"
#include "workers/ingest/service.h"

namespace argosy::ingest {

// Threads for what reads and writes, for what waits for others' work, and for what reads artifacts, which may lie in a bucket that hangs.
struct Pools {
  runtime::WorkPool &usual, &patient, &artifacts;
};
// All must outlive the server's threads.
void add_routes(http::Server& server, const Access& access, Pools pools, Service& service, telemetry::Metrics& metrics);

}  // namespace argosy::ingest
