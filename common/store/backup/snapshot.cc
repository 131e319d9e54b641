#include "common/store/backup/snapshot.h"

#include <fmt/format.h>

#include <optional>
#include <pqxx/nontransaction>
#include <pqxx/result_iterator.hxx>
#include <pqxx/transaction>

#include "common/core/redact.h"
#include "common/store/internal/connect.h"
#include "common/store/internal/pool.h"
#include "common/store/moves.h"

namespace argosy::store {
namespace {

using Reading = pqxx::transaction<pqxx::repeatable_read, pqxx::read_only>;

std::unexpected<Error> unavailable(const std::exception& e) {
  return fail_transient("database_unavailable", redact(std::string(first_line(e.what()))));
}

// Not what a catalogue of an extension owns.
constexpr auto kTables =
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relpersistence = 'p'"
    "   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')"
    " ORDER BY 1";

// What neither migrations nor a fleet without tasks makes.
constexpr std::pair<const char*, const char*> kByPeople[] = {
    {"task", "tasks"}, {"repository", "repositories"}, {"agent", "agents"}, {"org_limit", "limits of organisations"}};

constexpr auto kRoles =
    "SELECT DISTINCT r.rolname"
    "  FROM (SELECT relacl AS acl, relowner AS owner, relnamespace AS space FROM pg_class"
    "        UNION ALL SELECT proacl, proowner, pronamespace FROM pg_proc) o"
    "  JOIN pg_namespace n ON n.oid = o.space AND n.nspname = 'public'"
    "  CROSS JOIN LATERAL aclexplode(o.acl) a JOIN pg_roles r ON r.oid = a.grantee"
    " WHERE a.grantee <> o.owner AND NOT r.rolsuper ORDER BY 1";

Inventory take_inventory(Reading& work) {
  Inventory found;
  found.schema = work.exec1("SELECT coalesce(max(version), 0) FROM schema_migration")[0].as<int>();
  found.server = work.exec1("SELECT current_setting('server_version')")[0].as<std::string>();
  for (const auto& row : work.exec(kRoles)) found.roles.push_back(row[0].as<std::string>());
  for (const auto& row : work.exec(kTables)) {
    const auto table = row[0].as<std::string>();
    found.rows[table] = work.exec1("SELECT count(*) FROM " + work.quote_name(table))[0].as<std::int64_t>();
  }
  return found;
}

}  // namespace

struct Snapshot::Open {
  explicit Open(std::unique_ptr<pqxx::connection> mine) : connection(std::move(mine)) {
    pqxx::nontransaction(*connection).exec("SET idle_in_transaction_session_timeout = 0");  // the dump may take hours
    work.emplace(*connection);
  }
  std::unique_ptr<pqxx::connection> connection;
  std::optional<Reading> work;
};

Snapshot::Snapshot(std::unique_ptr<Open> open) : open_(std::move(open)) {}
Snapshot::Snapshot(Snapshot&&) noexcept = default;
Snapshot::~Snapshot() = default;

Result<Snapshot> Snapshot::open(Database& db) {
  ARGOSY_TRY(auto connection, db.impl().open_plain());
  try {
    Snapshot made(std::make_unique<Open>(std::move(connection)));
    auto& work = *made.open_->work;
    if (work.exec1("SELECT to_regclass('schema_migration')")[0].is_null())
      return fail_user("schema_missing", "the database holds nothing of Argosy", "name another one in ARGOSY_POSTGRES_URL");
    made.id_ = work.exec1("SELECT pg_export_snapshot()")[0].as<std::string>();
    made.inventory_ = take_inventory(work);
    return made;
  } catch (const std::exception& e) {
    return unavailable(e);
  }
}

Result<void> make_room(Database& db) {
  ARGOSY_TRY(const auto connection, db.impl().open_plain());
  const auto occupied = [](const std::string& why) {
    return fail_user("database_not_empty", "a backup is restored into an empty database only: this one has " + why,
                     "make a new database and name it in ARGOSY_POSTGRES_URL");
  };
  try {
    pqxx::work work(*connection);
    work.exec("SET client_min_messages = warning");
    if (work.exec1("SELECT to_regclass('schema_migration')")[0].is_null()) {
      const auto tables = work.exec(kTables);
      if (!tables.empty()) return occupied("the table " + tables[0][0].as<std::string>());
      return {};
    }
    work.exec("LOCK TABLE task, repository, agent, org_limit IN ACCESS EXCLUSIVE MODE");
    for (const auto& [table, words] : kByPeople) {
      if (!work.exec(fmt::format("SELECT FROM {} LIMIT 1", table)).empty()) return occupied(words);
    }
    work.exec("DROP SCHEMA public CASCADE");
    work.exec("CREATE SCHEMA public");
    work.exec("GRANT USAGE ON SCHEMA public TO PUBLIC");
    work.commit();
    return {};
  } catch (const std::exception& e) {
    return unavailable(e);
  }
}

Result<void> make_roles(Database& db, const std::vector<std::string>& roles) {
  ARGOSY_TRY(const auto connection, db.impl().open_plain());
  for (const auto& role : roles) {
    try {
      pqxx::work work(*connection);
      if (!work.exec("SELECT FROM pg_roles WHERE rolname = " + work.quote(role)).empty()) continue;
      work.exec(fmt::format("CREATE ROLE {} NOLOGIN", work.quote_name(role)));
      work.commit();
    } catch (const std::exception& e) {
      return fail_user("roles_missing", fmt::format("the role {} cannot be made: {}", role, first_line(e.what())),
                       fmt::format("have somebody who may run: CREATE ROLE {} NOLOGIN", role));
    }
  }
  return {};
}

Result<std::size_t> dismiss_workers(Database& db) {
  std::vector<WorkerId> workers;
  ARGOSY_TRY(const auto connection, db.impl().open_plain());
  try {
    pqxx::nontransaction work(*connection);
    for (const auto& row : work.exec("SELECT worker_id FROM worker WHERE queue IS NOT NULL")) {
      if (const auto id = WorkerId::parse(row[0].as<std::string>())) workers.push_back(*id);
    }
    work.exec("ANALYZE");
  } catch (const std::exception& e) {
    return unavailable(e);
  }
  for (const auto& worker : workers) ARGOSY_TRY_VOID(leave(db, worker));
  return workers.size();
}

}  // namespace argosy::store
