// Artifacts' bytes in Postgres, in bounded chunks, and what belongs to which task. common/artifacts puts caps, digests and an interface
// over this. Blocking, any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/store/database.h"

namespace argosy::store {

struct BlobLink {
  TaskId task{};
  std::int16_t step = 0, attempt = 0;
  std::string kind{};  // patch, log, report, model_call, agent_state
  std::string name{};  // "step-3-attempt-1.log"
  std::string sha256{};
  std::int64_t size = 0;
  UnixMillis created_at = 0;
  bool superseded = false;   // of lists: its step was undone by a rollback
  bool quarantined = false;  // of lists: kept back by a security matter (quarantine.h)
};
// Idempotent. Error artifact_task_cap (B) when the task's sum would pass `task_cap`.
Result<void> put_blob(Database& db, const BlobLink& link, std::string_view bytes, std::int64_t task_cap);
// Error artifact_quarantined (B), but for whoever looks at what is kept back.
enum class Quarantined { refuse, give };
// `give_up` ends a read from a bucket; empty: nobody does.
Result<std::optional<std::string>> get_blob(Database& db, const TaskId& task, const std::string& sha256,
                                            Quarantined kept_back = Quarantined::refuse, const std::function<bool()>& give_up = {});
// The same for what a step that runs must find again after a crash: error lease_lost (A) when `lease_epoch` holds it no more. Of each step
// and kind the newest kKeptStates are kept.
inline constexpr int kKeptStates = 3;
Result<void> keep_state(Database& db, const BlobLink& link, std::int64_t lease_epoch, std::string_view bytes, std::int64_t task_cap);
// The digest of the one of that kind that the step wrote last, in its last attempt that wrote any.
Result<std::optional<std::string>> newest_blob(Database& db, const StepRef& step, std::string_view kind);
// Without what agents know between two rounds: that is nobody's result.
Result<std::vector<BlobLink>> list_blobs(Database& db, const TaskId& task);

}  // namespace argosy::store
