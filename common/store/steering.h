// How people steer a task that runs: each a move like those of moves.h, one call under the task's lock, guarded by what it finds there,
// so that a repeat is harmless and is told the same. Used by ingest. Blocking, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/store/database.h"
#include "common/tasks/checkpoint.h"
#include "common/tasks/constraints.h"
#include "common/tasks/events.h"
#include "common/tasks/step.h"

namespace argosy::store {

struct Steered {
  enum class Kind {
    done,
    unchanged,  // it was so before
    refused,    // `why` says what is in the way
    not_found,  // the organisation has no such task
  } kind = Kind::done;
  std::string why{};     // of refused: task_final, or what the move names itself
  std::string state{};   // the task's, as its row says; of done, unchanged and task_final
  std::string stands{};  // of done and unchanged: what the move names itself
  std::vector<tasks::ReadyStep> ready{};
  std::vector<tasks::Event> events{};
};

// A paused task begins nothing new: what is ready waits, what runs may end. Refusal: task_final.
Result<Steered> pause(Database& db, const OrgId& org, const TaskId& task, std::string_view by);
Result<Steered> resume(Database& db, const OrgId& org, const TaskId& task, std::string_view by);

// A person's answer to the question `name` of a step. It may come before the question, and is kept. The first answer counts. Refusals:
// checkpoint_answered (`state` is the verdict that stands), checkpoint_closed, checkpoint_not_found (the step is over),
// too_many_early_answers, task_final.
Result<Steered> answer(Database& db, const OrgId& org, const TaskId& task, const tasks::Answer& answer, std::string_view by);

// Narrows what the task may touch: more globs to avoid, fewer files. Of done and unchanged `stands` is JSON of what holds now, see
// tasks::constraints_from. Refusals: constraint_loosens (`state` is the number that stands), too_many_constraints, task_final.
Result<Steered> constrain(Database& db, const OrgId& org, const TaskId& task, const tasks::Constraints& more, std::string_view by);
// What people have made of the constraints while the task ran: all that hold now, or nothing when nobody has. Not scoped: for its steps.
Result<std::optional<tasks::Constraints>> read_constraints(Database& db, const TaskId& task);

// Sets the task, whether it has ended or not, back to a step that has succeeded: what came after it is superseded and done again by new
// rows. Of done and unchanged `stands` is JSON: generation, to_step, superseded, added, branch. Under one `key` (empty: none) it is done
// once. Refusals: step_not_found, step_superseded, step_not_finished, nothing_to_undo, too_many_rollbacks, rollback_impossible,
// idempotency_key_reused.
Result<Steered> rollback(Database& db, const OrgId& org, const TaskId& task, std::int16_t to_step, const std::string& key,
                         std::string_view by);

}  // namespace argosy::store
