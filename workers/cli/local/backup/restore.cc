#include <algorithm>

#include <fmt/format.h>

#include "common/core/clock.h"
#include "common/store/migrations.h"
#include "workers/cli/command.h"
#include "workers/cli/local/backup/manifest.h"
#include "workers/cli/local/backup/programs.h"
#include "workers/cli/local/commands.h"
#include "workers/cli/local/database_url.h"

namespace argosy::cli {
namespace {

constexpr auto kHalfDone = "the rows are there, but the restore did not end: before the next try drop this database and make it anew";

Result<void> known_schema(const Manifest& manifest) {
  const auto newest = std::ranges::max(store::migrations(), {}, &store::Migration::version).version;
  if (manifest.inventory.schema <= newest) return {};
  return fail_user("backup_too_new", fmt::format("the backup's schema is {}, this argosy knows {}", manifest.inventory.schema, newest),
                   fmt::format("use argosy {} or a newer one", manifest.argosy));
}

// As many rows of each table as there were: a dump says nothing of what it lacks.
Result<void> compare(store::Database& db, const Manifest& manifest) {
  ARGOSY_TRY(const auto now, store::Snapshot::open(db));
  for (const auto& [table, count] : manifest.inventory.rows) {
    const auto found = now.inventory().rows.find(table);
    const auto there = found == now.inventory().rows.end() ? -1 : found->second;
    if (there != count)
      return fail_user("restore_incomplete", fmt::format("{} has {} rows, the backup {}", table, there, count),
                       "somebody else writes there: stop the fleet, make a new database, and restore again");
  }
  return {};
}

struct Restored {
  Manifest manifest{};
  bool scaler = false;  // its role is there
  int migrations = 0;
  std::size_t workers = 0;
};

// What follows when the rows are there.
Result<void> go_on(store::Database& db, Restored& done) {
  ARGOSY_TRY_VOID(compare(db, done.manifest));
  ARGOSY_TRY(done.migrations, store::migrate_up(db));
  // Who ran steps at the moment of the backup is gone: those steps begin anew, and no attempt is spent.
  ARGOSY_TRY(done.workers, store::dismiss_workers(db));
  return {};
}

Result<Restored> bring_back(const std::string& url, const std::filesystem::path& folder) {
  Restored done;
  ARGOSY_TRY(done.manifest, checked_manifest(folder));
  ARGOSY_TRY_VOID(known_schema(done.manifest));
  store::Database db({.url = url, .connections = 1, .application_name = "argosy restore"});
  ARGOSY_TRY_VOID(store::make_room(db));
  ARGOSY_TRY(done.scaler, store::make_scaler_role(db));
  ARGOSY_TRY_VOID(store::make_roles(db, done.manifest.inventory.roles));
  ARGOSY_TRY(const auto server, store::server_version(db));
  // All or nothing: a second try finds the database as empty as the first. The schema itself is there. Comments stand on extensions only,
  // whose owner may be somebody else.
  ARGOSY_TRY_VOID(run_client("pg_restore", url,
                             {"--single-transaction", "--exit-on-error", "--no-owner", "--no-comments", (folder / kDumpFile).string()},
                             server));
  if (const auto gone_on = go_on(db, done); !gone_on) {
    // A second try would find tasks, and cannot tell them from those of a fleet that works.
    auto error = gone_on.error();
    if (!error.hint.empty()) error.hint += "; ";
    error.hint += kHalfDone;
    return std::unexpected(std::move(error));
  }
  return done;
}

}  // namespace

int restore(const Arguments& arguments) {
  const auto url = database_url(arguments);
  if (!url) return report(url.error());
  const auto began = system_clock().boot_time();
  const auto done = bring_back(*url, arguments.positional[0]);
  if (!done) return report(done.error());
  const auto took = std::chrono::duration<double>(system_clock().boot_time() - began).count();
  const auto& rows = done->manifest.inventory.rows;
  fmt::print("restored what stood at {}: {} tasks, {} steps, in {:.1f} s\n", done->manifest.taken_at,
             rows.contains("task") ? rows.at("task") : 0, rows.contains("step") ? rows.at("step") : 0, took);
  fmt::print("{} migrations applied; {} workers of that moment have left. Start the fleet: the scheduler announces what is ready\n",
             done->migrations, done->workers);
  if (!done->scaler)
    fmt::print("the role argosy_scaler is missing, which an autoscaler asks as: who may makes it (runbooks/backup-and-restore.md)\n");
  return kSucceeded;
}

}  // namespace argosy::cli
