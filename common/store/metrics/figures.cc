#include "common/store/metrics/figures.h"

#include "common/store/internal/call.h"
#include "common/store/internal/pool.h"
#include "common/store/internal/rows.h"

namespace argosy::store {

Result<std::vector<LaneDepth>> lane_depths(Database& db) {
  ARGOSY_TRY(const auto rows, call(db, "lane_depths", Params()));
  std::vector<LaneDepth> out;
  for (const auto& row : rows)
    out.push_back({.queue = static_cast<tasks::Queue>(int_from(row[0])),
                   .lane = static_cast<tasks::Lane>(int_from(row[1])),
                   .ready = int_from(row[2]),
                   .held = int_from(row[3]),
                   .unheard = int_from(row[4]),
                   .oldest_ms = int_from(row[5])});
  return out;
}

Result<ServerFigures> server_figures(Database& db) {
  ARGOSY_TRY(const auto rows, call(db, "server_figures", Params()));
  if (rows.empty()) return ServerFigures{};
  const auto& row = rows[0];
  return ServerFigures{.connections = int_from(row[0]),
                       .max_connections = int_from(row[1]),
                       .commits = int_from(row[2]),
                       .rollbacks = int_from(row[3]),
                       .deadlocks = int_from(row[4]),
                       .blocks_hit = int_from(row[5]),
                       .blocks_read = int_from(row[6]),
                       .temp_bytes = int_from(row[7]),
                       .size_bytes = int_from(row[8]),
                       .longest_transaction_ms = int_from(row[9]),
                       .waiting_for_locks = int_from(row[10]),
                       .dead_rows = int_from(row[11]),
                       .live_rows = int_from(row[12])};
}

Result<std::vector<OrgUse>> org_use(Database& db) {
  ARGOSY_TRY(const auto rows, call(db, "org_use", Params().add(kMostOrgsTold).add(kMostTasksCounted)));
  std::vector<OrgUse> out;
  for (const auto& row : rows) out.push_back({.org = OrgId{uuid_from(row[0])}, .tasks = int_from(row[1]), .users = int_from(row[2])});
  return out;
}

}  // namespace argosy::store
