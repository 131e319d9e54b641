// How people steer a task that runs: each a move like those of moves.h, one call under the task's lock, guarded by what it finds there,
// so that a repeat is harmless and is told the same. Used by ingest. Blocking, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/store/database.h"
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
  std::string why{};    // of refused: task_final, or what the move names itself
  std::string state{};  // the task's, as its row says; of done, unchanged and task_final
  std::vector<tasks::ReadyStep> ready{};
  std::vector<tasks::Event> events{};
};

// A paused task begins nothing new: what is ready waits, what runs may end. Refusal: task_final.
Result<Steered> pause(Database& db, const OrgId& org, const TaskId& task, std::string_view by);
Result<Steered> resume(Database& db, const OrgId& org, const TaskId& task, std::string_view by);

}  // namespace argosy::store
