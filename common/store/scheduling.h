// What the scheduler does, in bounded batches, safe for any number of replicas (SKIP LOCKED, one advisory lock per duty where order
// matters). Everything returned is to be announced or published by the caller. Blocking, any thread.
#pragma once

#include <chrono>
#include <vector>

#include "common/store/moves.h"

namespace argosy::store {

struct Swept {
  std::size_t count = 0;  // steps moved; the batch size or more means: call again soon
  std::vector<tasks::ReadyStep> ready{};
  std::vector<tasks::ReadyStep> again{};  // to announce to another partition than before
  std::vector<tasks::Event> events{};
};

// Steps of owners that stopped renewing go back to ready with crashes+1 (solo); over the limit they fail. No rescue until one lease after
// the database came up; at most 10 % a pass when more than 20 % of the leases expired at once.
Result<Swept> rescue(Database& db, int max_crashes, std::size_t batch = 256);
// waiting with due_at passed -> ready; running past deadline_at -> failed; tasks past theirs -> failed.
Result<Swept> promote_due(Database& db, std::size_t batch = 256);
// Steps that wait above the window, organisation by organisation.
Result<Swept> release(Database& db, std::int64_t org_window, std::size_t batch = 256);
// Announced steps whose hint was lost: overtaken ones and the per-lane probe (ENGINE, "Was the dispatch lost").
Result<Swept> reannounce(Database& db, std::size_t batch = 256);
// Idempotency keys 24 h after their task ended, dead workers' rows. Rows removed.
Result<std::size_t> expire(Database& db, std::size_t batch = 256);

}  // namespace argosy::store
