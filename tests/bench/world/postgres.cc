#include "tests/bench/world/postgres.h"

#include <signal.h>

#include <array>
#include <stdexcept>

#include "tests/support/database.h"
#include "tests/support/eventually.h"

namespace argosy::bench {
namespace {

constexpr std::chrono::seconds kStop{60};

// What stands in the way of losing nothing is on: fsync, synchronous_commit and full_page_writes have their defaults.
constexpr std::array kSettings{
    "shared_buffers=512MB",
    "max_wal_size=4GB",
    "min_wal_size=1GB",
    "wal_buffers=16MB",
    "wal_compression=lz4",
    "checkpoint_timeout=15min",
    "checkpoint_completion_target=0.9",
    "jit=off",
    "random_page_cost=1.1",
    "autovacuum_naptime=15s",
    "shared_preload_libraries=pg_stat_statements",
};
constexpr std::array kProfileSettings{"pg_stat_statements.track=all", "pg_stat_statements.max=5000", "track_functions=all"};

TempDir passable_folder() {
  TempDir folder("argosy-bench");
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0711));  // the server runs as another user when we are root
  return folder;
}

void need(const Result<void>& result) {
  if (!result) throw std::runtime_error(to_string(result.error()));
}

}  // namespace

Postgres::Postgres(bool profile) : folder_(passable_folder()), cluster_(folder_.path() / "pg") {
  need(cluster_.prepare());
  const auto log = folder_.path() / "postgres.log";
  auto options = cluster_.server(log);
  const auto set = [&options](const char* setting) { options.argv.insert(options.argv.end(), {"-c", setting}); };
  for (const auto* setting : kSettings) set(setting);
  if (profile) {
    for (const auto* setting : kProfileSettings) set(setting);
  }
  auto started = Child::start(options);
  if (!started) throw std::runtime_error(to_string(started.error()));
  server_ = std::move(*started);
  const auto accepts_or_died = [&] { return !server_->running() || cluster_.accepts(); };
  if (!testing::eventually(accepts_or_died) || !server_->running())
    throw std::runtime_error("Postgres did not start:\n" + read_file(log).value_or(""));
  need(cluster_.ensure_database("argosy"));
  testing::SqlSession sql(fleet_url());
  sql.query("CREATE ROLE observer SUPERUSER LOGIN; CREATE EXTENSION pg_stat_statements");
}

Postgres::~Postgres() {
  server_->signal(SIGINT);
  server_->wait(kStop);
}

std::string Postgres::observer_url() const {
  const auto url = fleet_url();
  const auto user = url.find("//") + 2;
  return url.substr(0, user) + "observer" + url.substr(url.find('@'));
}

}  // namespace argosy::bench
