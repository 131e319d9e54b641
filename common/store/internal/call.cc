#include "common/store/internal/call.h"

#include <fmt/format.h>

#include <optional>

#include "common/core/clock.h"
#include "common/core/failpoint.h"
#include "common/core/redact.h"
#include "common/store/internal/connect.h"
#include "common/store/internal/pool.h"
#include "common/telemetry/log.h"

namespace argosy::store {
namespace {

using namespace std::chrono_literals;

// How often a call is repeated that met a deadlock, a lock time-out or a serialization failure, and how long it waits in between.
constexpr int kConflictRepeats = 6;
constexpr auto kConflictWait = 40ms;
// How often a call is repeated whose connection broke. Each time the pool waits for a new one, as long as it is told to.
constexpr int kDoubtRepeats = 5;

enum class Verdict { conflict, lost, timeout, full, rejected, no_lease, bounds, schema };

// https://www.postgresql.org/docs/15/errcodes-appendix.html
Verdict judge(const std::string& state) {
  if (state == "40P01" || state == "40001" || state == "55P03") return Verdict::conflict;
  if (state == "57014") return Verdict::timeout;
  if (state == "AR001") return Verdict::no_lease;
  if (state == "AR002") return Verdict::bounds;
  if (state.starts_with("42")) return Verdict::schema;
  if (state == "53100" || state == "53200") return Verdict::full;  // disk, memory; other resources show when a connection is opened
  // What the arguments can cause: data, integrity, limits, and what the functions raise. Only these condemn a row.
  for (const std::string_view kind : {"21", "22", "23", "44", "54", "P0"})
    if (state.starts_with(kind)) return Verdict::rejected;
  // The rest is the server's or the connection's own: a shutdown, a standby, plans that a migration made stale.
  return Verdict::lost;
}

// What the function said, without the server's own words around it.
std::string_view message_of(std::string_view message) {
  const auto line = first_line(message);
  const auto at = line.find("  ");
  return at == std::string_view::npos ? line : line.substr(at + 2);
}

// One attempt; nothing when it is to be repeated on another connection.
std::optional<Result<Rows>> attempt(Pool& pool, std::string_view statement, const Params& params, Places places, Answer answer,
                                    int& conflicts, std::string& last) {
  auto lease = pool.acquire();
  if (!lease) return std::unexpected(std::move(lease.error()));
  const auto lost = [&](std::string why) {
    lease->broken();
    last = std::move(why);
    return std::nullopt;
  };
  if (!places.before.empty() && ARGOSY_FAILPOINT(places.before)) return lost("failpoint " + std::string(places.before));
  auto rows = (*lease)->run(std::string(statement), params, answer);
  if (rows) {
    if (!places.after.empty() && ARGOSY_FAILPOINT(places.after)) return lost("failpoint " + std::string(places.after));
    return std::move(*rows);
  }
  const auto& [state, message] = rows.error();
  // Some ways of losing the server surface as an error without a state.
  if (state.empty() || !(*lease)->is_open()) return lost(redact(first_line(message)));
  last = redact(fmt::format("{} ({})", first_line(message), state));
  switch (judge(state)) {
    case Verdict::lost:
      return lost(std::move(last));
    case Verdict::conflict:
      if (++conflicts <= kConflictRepeats) return std::nullopt;
      return fail_transient("database_conflict", fmt::format("{}: {}", statement, last));
    case Verdict::timeout:
      return fail_transient("database_timeout", fmt::format("{}: {}", statement, last));
    case Verdict::full:
      // At once: whoever calls waits longer each time, and a server without room is not helped by repeats.
      return fail_transient("database_full", fmt::format("{}: {}", statement, last), "free space on Postgres' disk; nothing is lost");
    case Verdict::no_lease:
      return fail_transient("worker_not_alive", last, "renew before you claim");
    case Verdict::bounds:
      return fail_user("task_bounds_passed", std::string(message_of(message)),
                       "make fewer or larger steps, or raise ARGOSY_MAX_TASK_STEPS or _DEPTH");
    case Verdict::schema:
      lease->broken();  // its statements were prepared against another schema
      return fail_transient("schema_missing", fmt::format("{}: {}", statement, last), "run `argosy migrate up`");
    case Verdict::rejected:
      return fail_user("database_rejected", fmt::format("{}: {}", statement, last));
  }
  return std::nullopt;
}

}  // namespace

Result<Rows> call(Database& db, std::string_view statement, const Params& params, Places places, Answer answer) {
  if (!params.problem().empty()) return fail_user("database_rejected", fmt::format("{}: {}", statement, params.problem()));
  Pool& pool = db.impl();
  std::string last;
  for (int conflicts = 0, losses = 0; losses <= kDoubtRepeats;) {
    const int before = conflicts;
    if (auto done = attempt(pool, statement, params, places, answer, conflicts, last)) return std::move(*done);
    if (conflicts > before) {
      pool.pause(kConflictWait);
    } else {
      ++losses;
      telemetry::log_warning("the database connection was lost, the call is repeated", {{"statement", statement}, {"reason", last}});
    }
  }
  return fail_transient("database_unavailable", fmt::format("{}: {}", statement, last));
}

}  // namespace argosy::store
