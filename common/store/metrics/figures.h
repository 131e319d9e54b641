// What the scheduler tells of the database as metrics: what waits in which lane, the server's own statistics, and who uses the fleet. Each
// is one look, for every few seconds and not for every request. Blocking, any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/store/database.h"
#include "common/tasks/queue.h"

namespace argosy::store {

struct LaneDepth {
  tasks::Queue queue;
  tasks::Lane lane;
  std::int64_t ready = 0;      // announced
  std::int64_t held = 0;       // ready too, but above a window or limit: nobody was told
  std::int64_t unheard = 0;    // announced again three times and more
  std::int64_t oldest_ms = 0;  // since the last announcement of the oldest; 0: none is ready
};
Result<std::vector<LaneDepth>> lane_depths(Database& db);  // all queues and lanes, in their order

struct ServerFigures {
  std::int64_t connections = 0, max_connections = 0;
  std::int64_t commits = 0, rollbacks = 0, deadlocks = 0, blocks_hit = 0, blocks_read = 0, temp_bytes = 0;  // since the statistics began
  std::int64_t size_bytes = 0, longest_transaction_ms = 0, waiting_for_locks = 0, dead_rows = 0, live_rows = 0;
};
Result<ServerFigures> server_figures(Database& db);

inline constexpr int kMostOrgsTold = 20;           // a label's values are bounded
inline constexpr int kMostTasksCounted = 100'000;  // the newest
struct OrgUse {
  OrgId org{};
  std::int64_t tasks = 0, users = 0;
};
// Of the last seven days; most tasks first.
Result<std::vector<OrgUse>> org_use(Database& db);

}  // namespace argosy::store
