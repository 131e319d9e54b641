// The moves of the engine, each one call of a versioned database function in autocommit (schemas/migrations, ENGINE "The moves"). A call
// whose outcome is unknown is repeated here with the same tokens; a deadlock is repeated; poison rows are bisected. Used by ingest
// (submit, cancel), the worker loop (claim, finish, renew), and the scheduler (scheduling.h). Blocking, any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/store/database.h"
#include "common/tasks/checkpoint.h"
#include "common/tasks/constraints.h"
#include "common/tasks/events.h"
#include "common/tasks/queue.h"
#include "common/tasks/step.h"
#include "common/tasks/task_state.h"

namespace argosy::store {

// ---- submit -------------------------------------------------------------------------------------------------------------------------

struct NewTask {
  TaskId id{};  // made by the caller, UUIDv7: a repeat is the same write
  OrgId org{};
  std::string repository_id{}, kind{};  // kind: the operations' names, sorted ("rename_symbol"), for the duration estimate
  tasks::Lane lane = tasks::Lane::normal;
  std::string context{};  // JSON of tasks::TaskContext
  std::string request{};  // canonical JSON of the request's body, for GET
  std::string traceparent{};
  std::string created_by{};
  std::optional<std::chrono::milliseconds> deadline{};
  std::vector<tasks::NewStep> steps{};  // ordinal 0 is ready at once; on_task_end steps wait for the end
  std::string idempotency_key{};        // empty: none
  std::string body_sha256{};            // 32 bytes, of the canonical body
  std::string response{};               // the 202's body, stored under the key and replayed
};
struct Submitted {
  enum class Kind { created, replayed, key_reused_with_other_body, repository_unknown } kind = Kind::created;
  TaskId id{};             // of the task that the key belongs to
  std::string response{};  // as stored; may differ from NewTask::response when replayed
  std::vector<tasks::ReadyStep> ready{};
  std::vector<tasks::Event> events{};
};
// One call for all of them, halved when it takes too long; one answer each, in their order. Two of one batch may share a key. At most a
// few hundred tasks and a megabyte: the caller bounds its batches.
Result<std::vector<Submitted>> submit(Database& db, const std::vector<NewTask>& tasks);

// ---- claim --------------------------------------------------------------------------------------------------------------------------

struct ClaimRequest {
  StepRef ref{};
  Uuid claim_id{};  // made by the caller: a claim in doubt is repeated under it
};
struct ClaimedStep {
  StepRef ref{};
  std::int64_t lease_epoch = 0;
  std::int16_t attempt = 1;   // this one, from 1
  std::int16_t forgiven = 0;  // of those before it, what a redrive took off the budget
  std::int16_t crashes = 0, handbacks = 0;
  bool solo = false;  // run beside no other suspect
  tasks::Queue queue = tasks::Queue::planning;
  tasks::Lane lane = tasks::Lane::normal;
  OrgId org{};
  std::int64_t announced_at_us = 0;  // on the database's clock; for Renewal::marks
  std::string kind{}, title{}, payload{}, context{}, traceparent{};
  std::vector<std::pair<std::int16_t, std::string>> inputs{};  // ordinal, output JSON; in the order the step asked for
};
// The steps still ready (or running under that claim_id), now running and owned by `worker`. What is not returned was taken, cancelled,
// meant for another queue, or never existed; nobody needs to know which. `durable` false commits asynchronously. Of suspects
// (tasks::kCrashesOfASuspect) at most one is taken, and none unless `suspect`: the others stay ready and are announced again.
Result<std::vector<ClaimedStep>> claim(Database& db, const WorkerId& worker, tasks::Queue queue, const std::vector<ClaimRequest>& wanted,
                                       bool durable, bool suspect = true);

// ---- finish -------------------------------------------------------------------------------------------------------------------------

struct FinishedStep {
  enum class Outcome { succeeded, failed, retry, handed_back, asked };
  StepRef ref{};
  std::int64_t lease_epoch = 0;
  Outcome outcome = Outcome::succeeded;
  std::string output{};                        // JSON; of succeeded
  std::optional<Error> error{};                // of failed and retry
  std::chrono::milliseconds retry_in{};        // of retry
  std::optional<tasks::Question> question{};   // of asked: the step waits until a person has answered it
  std::chrono::milliseconds answer_within{};   // of asked: then it has failed
  std::vector<tasks::NewStep> added{};         // of succeeded: new nodes of the DAG, same task
  std::vector<tasks::NewStep> detour{};        // likewise, which come before all that hangs on this step; then `added` is empty
  std::vector<tasks::NewEvent> events{};       // in order, numbered before the step_state that closes them
  UnixMillis started_at = 0, finished_at = 0;  // as the worker saw them; for people, of attempts that did not succeed
  std::string traceparent{};                   // as it was claimed; goes on with what follows from it
};
struct Finished {
  std::vector<std::pair<StepRef, std::int64_t>> accepted{};  // those whose lease still held
  std::vector<std::pair<StepRef, Error>> poisoned{};         // failed alone in the database; now `failed` there with this reason
  std::vector<tasks::ReadyStep> ready{};                     // to announce now
  std::vector<tasks::Event> events{};                        // to publish now, numbered
};
using FinishedSteps = std::span<const FinishedStep* const>;
Result<Finished> finish(Database& db, const WorkerId& worker, FinishedSteps steps);
Result<Finished> finish(Database& db, const WorkerId& worker, const std::vector<FinishedStep>& steps);

// ---- renew --------------------------------------------------------------------------------------------------------------------------

struct LaneMark {
  tasks::Queue queue;
  tasks::Lane lane;
  std::int64_t announced_at_us = 0;  // highest ClaimedStep::announced_at_us that this process has seen
};
struct Renewal {
  WorkerId worker{};
  std::optional<tasks::Queue> queue{};  // nothing: a process that holds no steps (scheduler, fanout)
  std::string host{};
  std::int32_t slots = 0, busy = 0;
  std::chrono::milliseconds lease{10'000};
  std::vector<LaneMark> marks{};
  std::vector<StepRef> held{};  // checked against the rows: see Renewed
};
struct Renewed {
  std::vector<StepRef> cancelled{};                         // held, but no longer running under this owner: stop the work, drop its result
  std::vector<std::pair<StepRef, std::int64_t>> unknown{};  // the rows say this process owns them, `held` does not: hand them back
  std::vector<StepRef> paused{};                            // held, and a person has paused their task
  std::vector<std::pair<StepRef, tasks::Constraints>> constrained{};  // held, and their task got constraints since: all that hold now
};
Result<Renewed> renew(Database& db, const Renewal& renewal);
// At a clean end: the process will not come back; what it still owned goes back to ready at once.
Result<std::vector<tasks::ReadyStep>> leave(Database& db, const WorkerId& worker);

// ---- cancel -------------------------------------------------------------------------------------------------------------------------

struct Cancelled {
  enum class Kind { cancelled, already_final, not_found } kind = Kind::cancelled;
  tasks::TaskState state = tasks::TaskState::cancelled;
  std::vector<tasks::ReadyStep> ready{};  // steps that hang on the task's end
  std::vector<tasks::Event> events{};
};
Result<Cancelled> cancel(Database& db, const OrgId& org, const TaskId& task, std::string_view by);

}  // namespace argosy::store
