#include "tests/support/database.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "common/core/crypto.h"
#include "common/core/ids.h"
#include "common/store/migrations.h"

namespace argosy::testing {
namespace {

PGconn* pg(void* connection) { return static_cast<PGconn*>(connection); }

// A session that holds this lock on the cluster's own database makes the template.
constexpr int kTemplateLock = 727'001;

std::string cluster_url() {
  const char* url = std::getenv("ARGOSY_TEST_POSTGRES_URL");
  if (url == nullptr) throw std::runtime_error("ARGOSY_TEST_POSTGRES_URL is not set: run this under tests/with-services");
  return url;
}

// The cluster's URL with another database: postgresql://user@host:port/NAME?more
std::string url_of(const std::string& name) {
  std::string url = cluster_url();
  const auto authority = url.find("://") + 3;
  const auto query = std::min(url.find('?', authority), url.size());
  const auto path = std::min(url.find('/', authority), query);
  return url.substr(0, path) + '/' + name + url.substr(query);
}

std::string guards() {
  std::ifstream file(ARGOSY_SOURCE_DIR "/tests/support/guards.sql");
  return {std::istreambuf_iterator<char>(file), {}};
}

void migrate(const std::string& url) {
  store::Database db({.url = url});
  if (const auto done = store::migrate_up(db); !done) throw std::runtime_error(to_string(done.error()));
}

// The template's name carries the digest of the migrations and the guards: a changed schema makes a new one.
std::string ensure_template(SqlSession& cluster) {
  std::string all = guards();
  for (const auto& migration : store::migrations()) all += migration.checksum;
  const std::string name = "argosy_template_" + crypto::sha256_hex(all).substr(0, 16);
  cluster.query(fmt::format("SELECT pg_advisory_lock({})", kTemplateLock));
  if (cluster.value(fmt::format("SELECT count(*) FROM pg_database WHERE datname = '{}'", name)) == "0") {
    cluster.query(fmt::format("DROP DATABASE IF EXISTS {}_new", name));
    cluster.query(fmt::format("CREATE DATABASE {}_new", name));
    migrate(url_of(name + "_new"));
    install_guards(url_of(name + "_new"));
    cluster.query(fmt::format("ALTER DATABASE {0}_new RENAME TO {0}", name));
  }
  cluster.query(fmt::format("SELECT pg_advisory_unlock({})", kTemplateLock));
  return name;
}

}  // namespace

void install_guards(const std::string& url) { SqlSession(url).query(guards()); }

SqlSession::SqlSession(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
  if (PQstatus(pg(connection_)) != CONNECTION_OK) {
    const std::string why = PQerrorMessage(pg(connection_));
    PQfinish(pg(connection_));
    throw std::runtime_error(why);
  }
  PQsetNoticeProcessor(pg(connection_), [](void* all, const char* text) { *static_cast<std::string*>(all) += text; }, notices_.get());
}

SqlSession::~SqlSession() {
  if (connection_ != nullptr) PQfinish(pg(connection_));
}

SqlSession::SqlSession(SqlSession&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)), notices_(std::move(other.notices_)) {}

void SqlSession::send(const std::string& sql) {
  if (PQsendQuery(pg(connection_), sql.c_str()) != 1) throw std::runtime_error(PQerrorMessage(pg(connection_)));
}

SqlSession::Rows SqlSession::finish() {
  Rows rows;
  std::string failure;
  while (PGresult* result = PQgetResult(pg(connection_))) {
    const auto status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY) failure = PQresultErrorMessage(result);
    rows.clear();
    for (int r = 0; r < PQntuples(result); ++r) {
      auto& row = rows.emplace_back();
      for (int c = 0; c < PQnfields(result); ++c) row.emplace_back(PQgetisnull(result, r, c) ? "NULL" : PQgetvalue(result, r, c));
    }
    PQclear(result);
  }
  if (!failure.empty()) throw std::runtime_error(failure);
  return rows;
}

SqlSession::Rows SqlSession::query(const std::string& sql) {
  send(sql);
  return finish();
}

std::string SqlSession::value(const std::string& sql) {
  const Rows rows = query(sql);
  if (rows.size() != 1 || rows[0].size() != 1) throw std::runtime_error(fmt::format("{} rows from: {}", rows.size(), sql));
  return rows[0][0];
}

int SqlSession::process_id() const { return PQbackendPID(pg(connection_)); }

TestDatabase::TestDatabase(Schema schema) : name_("test_" + Uuid::v4().to_string().substr(0, 13)) {
  name_[name_.find('-')] = '_';
  SqlSession cluster(cluster_url());
  if (schema == Schema::migrated)
    cluster.query(fmt::format("CREATE DATABASE {} TEMPLATE {}", name_, ensure_template(cluster)));
  else
    cluster.query(fmt::format("CREATE DATABASE {}", name_));
  url_ = url_of(name_);
  sql_ = std::make_unique<SqlSession>(url_);
}

TestDatabase::~TestDatabase() {
  sql_.reset();
  try {
    SqlSession(cluster_url()).query(fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", name_));
  } catch (const std::exception& e) {
    fmt::print(stderr, "cannot drop {}: {}\n", name_, e.what());
  }
}

std::unique_ptr<store::Database> TestDatabase::open(int connections) const {
  return std::make_unique<store::Database>(store::DatabaseOptions{.url = url_, .connections = connections, .application_name = "test"});
}

}  // namespace argosy::testing
