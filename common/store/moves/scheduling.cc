#include "common/store/scheduling.h"

#include <algorithm>

#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"
#include "common/store/internal/told.h"

namespace argosy::store {
namespace {

Result<Swept> sweep(Database& db, std::string_view statement, const Params& params, Places places = {}) {
  ARGOSY_TRY(const auto rows, call(db, statement, params, places));
  Told told = told_from(rows);
  Swept swept{.ready = std::move(told.ready), .again = std::move(told.again), .events = std::move(told.events)};
  const auto moves = std::ranges::count(swept.events, "step_state", &tasks::Event::type);
  swept.count = std::max(static_cast<std::size_t>(moves), swept.ready.size() + swept.again.size());
  return swept;
}

}  // namespace

Result<Swept> rescue(Database& db, int max_crashes, std::size_t batch) {
  return sweep(db, "rescue", Params().add(max_crashes).add(batch), {"rescue.before", "rescue.after"});
}

Result<Swept> promote_due(Database& db, std::size_t batch) { return sweep(db, "promote_due", Params().add(batch)); }

Result<Swept> expire_checkpoints(Database& db, std::size_t batch) { return sweep(db, "expire_checkpoints", Params().add(batch)); }

Result<Swept> release(Database& db, std::int64_t org_window, std::size_t batch, std::chrono::milliseconds recount) {
  return sweep(db, "release", Params().add(org_window).add(batch).add(recount.count()));
}

Result<Swept> reannounce(Database& db, std::size_t batch) { return sweep(db, "reannounce", Params().add(batch)); }

Result<std::size_t> expire(Database& db, std::size_t batch) {
  ARGOSY_TRY(const auto rows, call(db, "expire", Params().add(batch)));
  return static_cast<std::size_t>(int_from(rows[0][0]));
}

Result<std::size_t> expire_states(Database& db, std::size_t batch) {
  ARGOSY_TRY(const auto rows, call(db, "expire_states", Params().add(batch)));
  return static_cast<std::size_t>(int_from(rows[0][0]));
}

Result<std::size_t> retire(Database& db, const Retention& retention, std::size_t batch) {
  ARGOSY_TRY(const auto rows, call(db, "retire", Params().add(retention.task_days).add(retention.artifact_days).add(batch)));
  return static_cast<std::size_t>(int_from(rows[0][0]));
}

Result<bool> drop_event_partition(Database& db, const Retention& retention) {
  ARGOSY_TRY(const auto rows, call(db, "drop_event_partition", Params().add(retention.task_days)));
  return bool_from(rows[0][0]);
}

}  // namespace argosy::store
