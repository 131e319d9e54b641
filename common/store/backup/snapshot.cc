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

constexpr auto kServerVersion = "SELECT current_setting('server_version')";

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

// What migrations made in our schema, and what hangs on it, as statements; its sequences go with their tables. The schema itself and what
// an extension owns stay: who restores may not be who could make them again.
constexpr auto kDropOurs =
    "SELECT coalesce(string_agg(d.text, '; ' ORDER BY d.place, d.text), '')"
    "  FROM (SELECT 1 AS place, 'pg_class'::regclass AS kind, c.oid,"
    "               format('DROP %s IF EXISTS public.%I CASCADE', CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'"
    "                      WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END, c.relname) AS text"
    "          FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
    "        UNION ALL"
    "        SELECT 2, 'pg_proc'::regclass, p.oid,"
    "               format('DROP ROUTINE IF EXISTS public.%I(%s) CASCADE', p.proname, pg_get_function_identity_arguments(p.oid))"
    "          FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace"
    "        UNION ALL"
    "        SELECT 3, 'pg_type'::regclass, t.oid, format('DROP TYPE IF EXISTS public.%I CASCADE', t.typname)"
    "          FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid"
    "         WHERE t.typnamespace = 'public'::regnamespace AND (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c')) d"
    " WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.kind AND e.objid = d.oid AND e.deptype = 'e')";

// As migration 0057 makes it, which a backup of a newer schema does not run again; nothing is granted to it, so no dump names it.
constexpr auto kMakeScaler =
    "DO $$ BEGIN"
    "  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'argosy_scaler') THEN"
    "    CREATE ROLE argosy_scaler NOLOGIN CONNECTION LIMIT 20;"
    "    ALTER ROLE argosy_scaler SET default_transaction_read_only = on;"
    "    ALTER ROLE argosy_scaler SET statement_timeout = '2s';"
    "  END IF;"
    " EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL;"
    " END $$";

Inventory take_inventory(Reading& work) {
  Inventory found;
  found.schema = work.exec1("SELECT coalesce(max(version), 0) FROM schema_migration")[0].as<int>();
  found.server = work.exec1(kServerVersion)[0].as<std::string>();
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
    work.exec(work.exec1(kDropOurs)[0].as<std::string>());
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

Result<bool> make_scaler_role(Database& db) {
  ARGOSY_TRY(const auto connection, db.impl().open_plain());
  try {
    pqxx::nontransaction work(*connection);
    work.exec(kMakeScaler);
    return !work.exec("SELECT FROM pg_roles WHERE rolname = 'argosy_scaler'").empty();
  } catch (const std::exception& e) {
    return unavailable(e);
  }
}

Result<std::string> server_version(Database& db) {
  ARGOSY_TRY(const auto connection, db.impl().open_plain());
  try {
    return pqxx::nontransaction(*connection).exec1(kServerVersion)[0].as<std::string>();
  } catch (const std::exception& e) {
    return unavailable(e);
  }
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
