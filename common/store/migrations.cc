#include "common/store/migrations.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <pqxx/nontransaction>
#include <pqxx/result_iterator.hxx>
#include <pqxx/transaction>

#include "common/core/crypto.h"
#include "common/core/redact.h"
#include "common/core/text.h"
#include "common/store/internal/connect.h"
#include "common/store/internal/embedded.h"
#include "common/store/internal/pool.h"

namespace argosy::store {
namespace {

// Any number that no other user of advisory locks takes; "argosy" in ASCII.
constexpr std::int64_t kMigrationLock = 0x6172676f7379;
constexpr std::string_view kLockNotAvailable = "55P03";  // SQLSTATE

constexpr std::string_view kTable =
    "CREATE TABLE IF NOT EXISTS schema_migration (version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, "
    "applied_at timestamptz NOT NULL DEFAULT clock_timestamp())";

std::vector<Migration> read_embedded() {
  std::map<int, Migration> by_version;
  for (const EmbeddedSql& file : embedded_migrations()) {
    const auto dot = file.name.rfind('.');
    const std::string_view stem = file.name.substr(0, dot);
    const int version = static_cast<int>(text::to_int(stem.substr(0, stem.find('_'))).value_or(0));
    Migration& migration = by_version[version];
    migration.version = version;
    migration.name = stem;
    (file.name.substr(dot + 1) == "up" ? migration.up : migration.down) = file.text;
  }
  std::vector<Migration> all;
  for (auto& [version, migration] : by_version) {
    migration.checksum = crypto::sha256_hex(migration.up);
    all.push_back(std::move(migration));
  }
  return all;
}

// A connection that holds the lock; it is released with the connection.
Result<std::unique_ptr<pqxx::connection>> open_locked(Database& db) {
  auto connection = db.impl().open_plain();
  if (!connection) return connection;
  try {
    pqxx::nontransaction work(**connection);
    work.exec("SET lock_timeout = 0");  // another process may be migrating: that takes as long as it takes
    work.exec(fmt::format("SELECT pg_advisory_lock({})", kMigrationLock));
    work.exec("SET client_min_messages = warning");
    work.exec(std::string(kTable));
    // A migration is not such a one: while it waits for a table, everybody else waits behind it. From here on the session's own limit
    // holds.
    work.exec("RESET lock_timeout");
  } catch (const std::exception& e) {
    return fail_transient("database_unavailable", redact(std::string(first_line(e.what()))));
  }
  return connection;
}

Result<std::map<int, std::string>> applied(pqxx::connection& connection) {
  std::map<int, std::string> checksums;
  try {
    pqxx::nontransaction work(connection);
    if (work.exec1("SELECT to_regclass('schema_migration')")[0].is_null()) return checksums;
    for (const auto& row : work.exec("SELECT version, checksum FROM schema_migration"))
      checksums[row[0].as<int>()] = row[1].as<std::string>();
  } catch (const std::exception& e) {
    return fail_transient("database_unavailable", redact(std::string(first_line(e.what()))));
  }
  return checksums;
}

// `sql` and its line in the table are one transaction.
Result<void> run(pqxx::connection& connection, const Migration& migration, const std::string& sql, const std::string& bookkeeping) {
  try {
    pqxx::work work(connection);
    work.exec(sql);
    work.exec(bookkeeping);
    work.commit();
  } catch (const pqxx::sql_error& e) {
    if (e.sqlstate() == kLockNotAvailable)
      return fail_transient(
          "migration_blocked",
          fmt::format("{}: a table that it changes was not free in time; nothing has changed, try again", migration.name));
    return fail_user("migration_failed", fmt::format("{}: {}", migration.name, redact(e.what())));
  } catch (const std::exception& e) {
    return fail_user("migration_failed", fmt::format("{}: {}", migration.name, redact(e.what())));
  }
  return {};
}

}  // namespace

const std::vector<Migration>& migrations() {
  static const std::vector<Migration> all = read_embedded();
  return all;
}

Result<int> migrate_up(Database& db) {
  ARGOSY_TRY(auto connection, open_locked(db));
  ARGOSY_TRY(const auto done, applied(*connection));
  for (const Migration& migration : migrations()) {
    const auto hit = done.find(migration.version);
    if (hit != done.end() && hit->second != migration.checksum)
      return fail_user("migration_changed", fmt::format("{} was applied with other content", migration.name),
                       "never edit a migration that was applied: add a new one");
  }
  int count = 0;
  for (const Migration& migration : migrations()) {
    if (done.contains(migration.version)) continue;
    ARGOSY_TRY_VOID(run(*connection, migration, migration.up,
                        fmt::format("INSERT INTO schema_migration (version, name, checksum) VALUES ({}, '{}', '{}')", migration.version,
                                    migration.name, migration.checksum)));
    ++count;
  }
  return count;
}

Result<int> migrate_down(Database& db, int to_version) {
  ARGOSY_TRY(auto connection, open_locked(db));
  ARGOSY_TRY(const auto done, applied(*connection));
  int count = 0;
  for (auto migration = migrations().rbegin(); migration != migrations().rend(); ++migration) {
    if (migration->version <= to_version || !done.contains(migration->version)) continue;
    ARGOSY_TRY_VOID(
        run(*connection, *migration, migration->down, fmt::format("DELETE FROM schema_migration WHERE version = {}", migration->version)));
    ++count;
  }
  return count;
}

Result<std::vector<MigrationStatus>> migration_status(Database& db) {
  ARGOSY_TRY(auto connection, db.impl().open_plain());
  ARGOSY_TRY(const auto done, applied(*connection));
  std::vector<MigrationStatus> all;
  for (const Migration& migration : migrations()) {
    const auto hit = done.find(migration.version);
    all.push_back({.version = migration.version,
                   .name = migration.name,
                   .applied = hit != done.end(),
                   .changed = hit != done.end() && hit->second != migration.checksum});
  }
  return all;
}

}  // namespace argosy::store
