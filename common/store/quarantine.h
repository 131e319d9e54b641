// Tasks in which a security matter (category D) was found. The finish that says so puts them here; what they made, but for their logs, is
// given to nobody (blobs.h) and kept, however old, until an operator ends it. Used by the command line and the scheduler. Blocking, any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/store/database.h"

namespace argosy::store {

struct Quarantine {
  StepRef step{};  // that met it
  OrgId org{};
  std::string code{}, message{};  // of its error
  UnixMillis began_at = 0, ended_at = 0;
  std::string ended_by{}, outcome{};  // released or purged; empty: what the task made is kept back
  std::int64_t artifacts = 0;         // of the task, logs not counted
};
inline constexpr int kMostQuarantines = 1'000;  // in a list: the newest
// Those that last; with `all` also those that an operator has ended.
Result<std::vector<Quarantine>> list_quarantines(Database& db, bool all);

// Tasks of which something is kept back.
Result<std::int64_t> count_quarantined(Database& db);

enum class QuarantineEnd { release, purge };
// All that last of the task. A purge removes what was kept back, for good. The number of artifacts; nothing: none is kept back.
// Error (B): task_runs, as long as a step of it does.
Result<std::optional<std::int64_t>> end_quarantine(Database& db, const TaskId& task, QuarantineEnd how, std::string_view by);

}  // namespace argosy::store
