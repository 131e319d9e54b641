// The one way in which this room asks Postgres anything: one prepared statement in autocommit. Internal to the room; any thread.
#pragma once

#include <string_view>

#include "common/core/error.h"
#include "common/store/database.h"
#include "common/store/internal/connection.h"
#include "common/store/internal/params.h"
#include "common/store/internal/rows.h"

namespace argosy::store {

// Failpoints around a call: before it is sent, and after it has committed and before the answer is looked at.
struct Places {
  std::string_view before, after;
};

// Runs the statement of common/store/sql/<statement>.sql. Every statement of this room may run twice with the same arguments, so that
// a call whose outcome is unknown, because the connection was lost around its commit, is simply repeated; a plain look-up would race
// with the backend that still runs it. Errors:
//   database_unavailable (A)  no connection for as long as the pool waits
//   database_conflict (A)     deadlocks or lock time-outs, again and again
//   database_timeout (A)      it took longer than the statement's time-out: smaller batches may pass
//   database_full (A)         the server's disk or memory is: it was not done
//   database_rejected (B)     the server refuses these arguments: repeating is no use
//   task_bounds_passed (B)    a task's graph would grow beyond what is allowed
//   worker_not_alive (A)      a claim without a lease
//   schema_missing (A)        the migrations have not run
Result<Rows> call(Database& db, std::string_view statement, const Params& params, Places places = {}, Answer answer = Answer::text);

}  // namespace argosy::store
