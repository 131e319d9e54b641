#include <unistd.h>

#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "common/config/settings.h"
#include "common/core/ports.h"
#include "common/store/migrations.h"
#include "workers/cli/command.h"
#include "workers/cli/up/commands.h"
#include "workers/cli/up/postgres_cluster.h"
#include "workers/cli/up/site.h"
#include "workers/cli/up/state_folder.h"
#include "workers/cli/up/supervisor.h"

namespace argosy::cli {
namespace {

constexpr std::chrono::milliseconds kServersReadyTimeout{180'000};  // Postgres may have to recover
constexpr std::chrono::milliseconds kProcessesReadyTimeout{120'000};
constexpr const char* kDatabase = "argosy";

void say(const std::string& part, const std::string& what) {
  fmt::print("{:%H:%M:%S}  {:<13} {}\n", fmt::localtime(std::time(nullptr)), part, what);
  std::fflush(stdout);
}

// The port asked for, by option or configuration; 0 is any free one. A port that is taken is an error with a way out, not a crash loop.
Result<std::uint16_t> choose_port(const Arguments& arguments, const char* option, std::int64_t configured) {
  ARGOSY_TRY(const auto asked, arguments.number(option, 0, 65'535));
  const auto port = static_cast<std::uint16_t>(asked.value_or(configured));
  if (port == 0) return free_port();
  if (port_is_free(port)) return port;
  return fail_user("port_taken", fmt::format("port {} is used by another program", port),
                   fmt::format("choose another with {} N (0: any free one)", option));
}

Result<Site> plan_site(const Arguments& arguments, const config::Settings& settings) {
  Site site;
  site.environment = config::process_environment();
  ARGOSY_TRY(site.api_port, choose_port(arguments, "--api-port", settings.api_port));
  ARGOSY_TRY(site.ws_port, choose_port(arguments, "--ws-port", settings.ws_port));
  if (site.api_port == site.ws_port) return usage_error("the API and the streams need two ports");
  const auto given = [&](const char* name) { return site.environment.contains(name); };
  site.public_url = given("ARGOSY_PUBLIC_URL") ? settings.public_url : fmt::format("http://127.0.0.1:{}", site.api_port);
  site.public_ws_url = given("ARGOSY_PUBLIC_WS_URL") ? settings.public_ws_url : fmt::format("ws://127.0.0.1:{}", site.ws_port);
  const bool own_postgres = !given("ARGOSY_POSTGRES_URL") && !given("ARGOSY_POSTGRES_URL_FILE");
  site.postgres_url = own_postgres ? "" : settings.postgres_url;
  const auto brokers = arguments.value("--kafka");
  site.kafka_brokers = brokers ? *brokers : given("ARGOSY_KAFKA_BROKERS") ? settings.kafka_brokers : "";
  return site;
}

// Postgres and the broker, unless others were named: they start together, everything else needs them.
Result<void> start_servers(Site& site, const StateFolder& state, Supervisor& supervisor) {
  PostgresCluster cluster(state.postgres());
  const bool own_postgres = site.postgres_url.empty();
  if (own_postgres) {
    ARGOSY_TRY_VOID(cluster.prepare());
    site.postgres_url = cluster.url(kDatabase);
    Part part;
    part.name = "postgres";
    part.stage = kStagePostgres;
    part.where = [&state] { return state.postgres().string(); };
    part.log = state.log("postgres");
    part.child = [cluster, &state] { return cluster.server(state.log("postgres")); };
    part.stop_signal = SIGINT;
    part.problem = [cluster]() -> std::optional<std::string> {
      return cluster.accepts() ? std::nullopt : std::optional<std::string>("does not accept connections");
    };
    supervisor.start(std::move(part));
  }
  if (site.kafka_brokers.empty()) supervisor.start(broker_part(site, state));
  ARGOSY_TRY_VOID(supervisor.wait_ready(kServersReadyTimeout));
  return own_postgres ? cluster.ensure_database(kDatabase) : Result<void>{};
}

Result<void> bring_up(Site& site, const StateFolder& state, Supervisor& supervisor) {
  ARGOSY_TRY_VOID(start_servers(site, state, supervisor));
  {
    store::Database db({.url = site.postgres_url, .connections = 1, .application_name = "argosy up"});
    ARGOSY_TRY(const auto applied, store::migrate_up(db));
    if (applied > 0) say("migrations", fmt::format("{} applied", applied));
  }
  ARGOSY_TRY(auto parts, process_parts(site, state));
  for (auto& part : parts) supervisor.start(std::move(part));
  return supervisor.wait_ready(kProcessesReadyTimeout);
}

int run_site(Site site, const StateFolder& state) {
  Supervisor supervisor(say);
  const auto started = bring_up(site, state, supervisor);
  if (started) {
    // Again and again, because the built-in broker has another address after each start.
    supervisor.run([&] {
      const Address address{site.public_url, site.public_ws_url, site.postgres_url, brokers_of(site, state), ::getpid()};
      if (const auto told = state.announce(address); !told) say("argosy", told.error().message);
      say("argosy", fmt::format("up  API {}  streams {}  (Ctrl-C stops all)", site.public_url, site.public_ws_url));
    });
  }
  say("argosy", "stopping");
  supervisor.stop();
  if (!started && started.error().code != "stop_requested") {
    report(started.error());
    return kFailed;
  }
  say("argosy", "stopped");
  return kSucceeded;
}

}  // namespace

int up(const Arguments& arguments) {
  const auto settings = config::load(config::process_environment());
  if (!settings) {
    for (const auto& line : settings.error()) fmt::print(stderr, "argosy: {}\n", line);
    return kUsage;
  }
  const auto given = arguments.value("--state");
  auto state = StateFolder::open(given ? std::filesystem::path(*given) : StateFolder::default_path());
  if (!state) return report(state.error());
  auto site = plan_site(arguments, *settings);
  if (!site) return report(site.error());
  state->start_new_logs();
  say("argosy", "starting, state in " + state->path().string());
  return run_site(std::move(*site), *state);
}

}  // namespace argosy::cli
