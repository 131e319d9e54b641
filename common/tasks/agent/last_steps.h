// The steps behind all that change something: the repository's tests, then the push. Used by planning and by who edits a plan. Pure, any
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/tasks/agent/plan.h"
#include "common/tasks/step.h"

namespace argosy::tasks {

// Ordinals of the steps that planning adds; those below belong to submit (the plan itself and the notifications).
inline constexpr std::int16_t kFirstPlannedOrdinal = 100;

// What a task starts from.
struct Target {
  std::string base_commit, branch;
};

// Hangs on `leaves`, the last of the steps that change something, and joins `changes`, all of them, in order. It checks the criteria, too,
// and what mends its failures keeps to the write-set.
NewStep test_step(std::int16_t ordinal, std::vector<std::int16_t> leaves, std::vector<std::int16_t> changes, const Target& target,
                  std::vector<Criterion> criteria = {}, std::vector<std::string> write_set = {});
// Pushes what `test` has tested. `title` is the commit's, empty: the operations name it.
NewStep push_step(std::int16_t ordinal, std::int16_t test, std::vector<std::int16_t> changes, const Target& target, std::string title = {});

}  // namespace argosy::tasks
