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
// Checkpoints that nobody answered in time: their steps fail.
Result<Swept> expire_checkpoints(Database& db, std::size_t batch = 256);
// Steps that wait above the window, organisation by organisation. A lane in which nothing is held back is counted `recount` after the last
// time at the earliest.
Result<Swept> release(Database& db, std::int64_t org_window, std::size_t batch = 256, std::chrono::milliseconds recount = {});
// Announced steps whose hint was lost: overtaken ones and the per-lane probe (ENGINE, "Was the dispatch lost").
Result<Swept> reannounce(Database& db, std::size_t batch = 256);
// Idempotency keys 24 h after their task ended, dead workers' rows, bytes that no artifact names any more, old poison messages. The rows
// removed of the kind that had most; the batch size or more means: call again soon.
Result<std::size_t> expire(Database& db, std::size_t batch = 256);

// What agents knew in steps that others go on for, or that are over with their task. Tasks looked at, as retire().
Result<std::size_t> expire_states(Database& db, std::size_t batch = 128);

// How long is kept what is over; 0: for ever.
struct Retention {
  std::int64_t task_days = 0;      // tasks with their steps, attempts and events
  std::int64_t artifact_days = 0;  // patches, logs and reports; those of a failed task stay as long as it does
};
// Tasks looked at; the batch size or more means: call again soon. What is open stays, however old.
Result<std::size_t> retire(Database& db, const Retention& retention, std::size_t batch = 128);
// A week of events of whose tasks none is left. True when it dropped one: there may be more.
Result<bool> drop_event_partition(Database& db, const Retention& retention);

}  // namespace argosy::store
