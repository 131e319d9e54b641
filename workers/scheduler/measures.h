// The scheduler's looks at the database, as metrics: depths of queues and lanes, the server's statistics, who uses the fleet. Every replica
// tells the same; whoever reads them takes the largest. Used by the duties; any thread.
#pragma once

#include <set>

#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/store/database.h"
#include "common/telemetry/metrics.h"

namespace argosy::scheduler {

Result<void> measure_queues(store::Database& db, telemetry::Metrics& metrics);
Result<void> measure_server(store::Database& db, telemetry::Metrics& metrics);
// `told` are the organisations that the call before told of: who is not among those with most tasks any more is told as zero.
Result<void> measure_use(store::Database& db, telemetry::Metrics& metrics, std::set<OrgId>& told);

}  // namespace argosy::scheduler
