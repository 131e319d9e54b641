// How many steps of an organisation may run at once. Set by whoever runs the fleet, enforced by the claim. Blocking, any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/store/database.h"
#include "common/tasks/queue.h"

namespace argosy::store {

struct OrgLimit {
  OrgId org{};                          // nil: every organisation that has no row of its own
  std::optional<tasks::Queue> queue{};  // nothing: all queues together
  std::int64_t max_running = 0;         // 0: none
  std::int64_t running = 0;             // now, of what the limit counts; 0 for the row of everybody
};
Result<std::vector<OrgLimit>> list_org_limits(Database& db);
// `max_running` nothing takes the row away: what holds for everybody holds again. What runs now is counted, and goes on.
Result<void> set_org_limit(Database& db, const OrgId& org, std::optional<tasks::Queue> queue, std::optional<std::int64_t> max_running);

}  // namespace argosy::store
