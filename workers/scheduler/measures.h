// The scheduler's looks at the database, as metrics: depths of queues and lanes, the server's statistics, who uses the fleet. Every replica
// tells the same; whoever reads them takes the largest. Used by the duties; any thread.
#pragma once

#include "common/core/error.h"
#include "common/store/database.h"
#include "common/telemetry/metrics.h"

namespace argosy::scheduler {

Result<void> measure_queues(store::Database& db, telemetry::Metrics& metrics);
Result<void> measure_server(store::Database& db, telemetry::Metrics& metrics);
Result<void> measure_use(store::Database& db, telemetry::Metrics& metrics);

}  // namespace argosy::scheduler
