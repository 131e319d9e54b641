// Dead letters: steps that have failed for good. Their reasons to read, and another life for them. Used by the API. Every call is scoped by
// organisation: a foreign id is not found. Blocking, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/store/moves.h"
#include "common/store/queries.h"

namespace argosy::store {

// Where a list of dead letters stopped; newest first.
struct DeadPosition {
  std::int64_t died_us = 0;  // microseconds since 1970, on the database's clock
  StepRef ref{};
};

struct DeadFilter {
  std::optional<tasks::Queue> queue{};
  std::optional<Category> category{};
  std::string code{}, repository_id{};         // empty: any
  std::optional<UnixMillis> since{}, until{};  // when it died; until is excluded
  bool with_security = true;                   // category D too
  std::optional<DeadPosition> before{};
  int limit = 50;
};

struct DeadLetter {
  DeadPosition position{};
  std::string repository_id{}, kind{}, title{};
  tasks::Queue queue = tasks::Queue::planning;
  tasks::TaskState task_state = tasks::TaskState::failed;
  bool on_task_end = false;
  std::int16_t attempts = 0, crashes = 0;
  UnixMillis died_at = 0;
  std::optional<Error> error{};
};
Result<std::vector<DeadLetter>> list_dead(Database& db, const OrgId& org, const DeadFilter& filter);

struct Redrive {
  UnixMillis at = 0;
  std::string by{};
};
// One of them with what was tried. `redrives` are those before: it died again after each.
struct DeadLetterView {
  DeadLetter letter{};
  std::vector<AttemptView> history{};
  std::vector<Redrive> redrives{};
};
Result<std::optional<DeadLetterView>> get_dead(Database& db, const OrgId& org, const StepRef& ref);

struct Redriven {
  std::vector<StepRef> steps{};  // the dead letters that live again; what is not named was none (any more)
  std::vector<tasks::ReadyStep> ready{};
  std::vector<tasks::Event> events{};
};
// A failed task runs again: all its dead letters come back together, with what was cancelled because of them. One that hangs on the task's
// end comes back alone. `redrive` is made by the caller: a call in doubt is repeated under it. At most kMaxRedrive of them.
inline constexpr std::size_t kMaxRedrive = 128;
Result<Redriven> redrive(Database& db, const Uuid& redrive, const OrgId& org, std::string_view by, const std::vector<StepRef>& refs);

}  // namespace argosy::store
