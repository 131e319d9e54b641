// Erasing what is kept of one person of an organisation (schemas/migrations/0060). What they asked for goes wholly; its row and what it
// cost stay without a name, so that counts and sums stand. In what others asked for, their name becomes kErased and what they answered
// goes. Cached answers about the repositories of their tasks go, because none says whose question it answers. Bytes of artifacts follow by
// the scheduler. Used by the command line. Blocking, any thread; whoever is stopped half-way calls it again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/store/database.h"

namespace argosy::store {

inline constexpr const char* kErased = "(erased)";  // no user's name: those are one word of a file's line, and nobody is called so
inline constexpr int kErasureBatch = 50;            // tasks that one statement looks at

struct Person {
  OrgId org{};
  std::string name{};                 // as it stands behind the token
  bool records_of_operators = false;  // also who changed flags and ended quarantines by that name, in every organisation
};

struct Erasure {
  std::int64_t tasks = 0, artifacts = 0;  // theirs
  std::int64_t tasks_of_others = 0;       // that named them
  std::int64_t cached_answers = 0;        // counted only when they go
  std::int64_t sandboxes = 0, agents = 0, budgets = 0, operator_records = 0;
  // Left, because they are not over, are kept back by a quarantine, or have a call of a model that is not settled yet.
  std::vector<TaskId> open_tasks{}, open_tasks_of_others{};
  std::int64_t open_sandboxes = 0;
};

// Changes nothing.
Result<Erasure> look_for_person(Database& db, const Person& person, int batch = kErasureBatch);

// What went with this call. Errors (B): person_unnamed; person_is_active, when tasks or sandboxes of theirs are open: nothing was done.
Result<Erasure> erase_person(Database& db, const Person& person, int batch = kErasureBatch);

}  // namespace argosy::store
