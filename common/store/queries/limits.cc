#include "common/store/limits.h"

#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"

namespace argosy::store {

Result<std::vector<OrgLimit>> list_org_limits(Database& db) {
  ARGOSY_TRY(const auto rows, call(db, "list_org_limits", Params()));
  std::vector<OrgLimit> limits;
  for (const auto& row : rows) {
    const auto queue = int_from(row[1]);
    limits.push_back({.org = OrgId{uuid_from(row[0])},
                      .queue = queue == 0 ? std::nullopt : std::optional(static_cast<tasks::Queue>(queue)),
                      .max_running = int_from(row[2]),
                      .running = int_from(row[3])});
  }
  return limits;
}

Result<void> set_org_limit(Database& db, const OrgId& org, std::optional<tasks::Queue> queue, std::optional<std::int64_t> max_running) {
  Params params;
  params.add(org.uuid).add(queue ? static_cast<int>(*queue) : 0).add(max_running.value_or(-1));
  ARGOSY_TRY_VOID(call(db, "set_org_limit", params));
  return {};
}

}  // namespace argosy::store
