#include "workers/fanout/fanout.h"

#include <fmt/format.h>

#include <array>

#include "common/http/server.h"
#include "common/runtime/connect.h"
#include "common/runtime/work_pool.h"
#include "common/telemetry/log.h"
#include "workers/fanout/attach.h"
#include "workers/fanout/feeds.h"
#include "workers/fanout/hub.h"
#include "workers/fanout/poison.h"

namespace argosy::fanout {
namespace {

constexpr int kAttachThreads = 2;
constexpr std::size_t kMostWaitingToAttach = 1024;
constexpr int kConnections = kAttachThreads + 3;  // and one each for repair, readiness and poison
constexpr int kServerThreads = 2;

http::ServerOptions server_options(const config::Settings& settings) {
  http::ServerOptions options;
  options.address = settings.listen;
  options.port = static_cast<std::uint16_t>(settings.ws_port);
  options.threads = kServerThreads;
  options.max_header_bytes = static_cast<std::size_t>(settings.max_header_bytes);
  options.max_connections = static_cast<std::size_t>(settings.max_connections);
  options.header_timeout = settings.header_timeout;
  options.body_timeout = settings.body_timeout;
  options.idle_timeout = settings.idle_timeout;
  options.answer_timeout = settings.answer_timeout;
  options.ws_client_buffer_bytes = static_cast<std::size_t>(settings.ws_client_buffer_bytes);
  options.on_error = [](std::string_view what) { telemetry::log_error("the server met an error", {{"what", what}}); };
  return options;
}

int fail(const Error& error) {
  telemetry::log_error("fanout cannot start", {{"code", error.code}, {"reason", error.message}, {"hint", error.hint}});
  return 1;
}

}  // namespace

int run_fanout(const config::Settings& settings, runtime::Process& process) {
  std::optional<config::TokenTable> tokens;
  if (!settings.tokens_file.empty()) {
    auto loaded = config::TokenTable::load(settings.tokens_file);
    if (!loaded) return fail(loaded.error());
    tokens = std::move(*loaded);
  }

  store::Database db(runtime::database_options(settings, "argosy-fanout", kConnections));
  Hub hub(system_clock(), process.metrics(), {.client_buffer_bytes = static_cast<std::size_t>(settings.ws_client_buffer_bytes)});
  Poison poison(runtime::kafka_options(settings, "argosy-fanout"), db);
  TailFeed tail(hub, runtime::kafka_options(settings, "argosy-fanout"), process.metrics(),
                [&](const broker::Message& message, const Error& why) { poison.keep(message, why); });
  const RepairFeed repair(hub, db);
  process.health().add("postgres", [&] { return db.problem(); });
  process.health().add("kafka", [&] { return tail.problem(); });

  runtime::WorkPool pool(kAttachThreads, kMostWaitingToAttach);
  const std::array watches{process.pools().watch("postgres", db), process.pools().watch("attach", pool)};
  Attach attach(hub, db, pool, std::move(tokens));
  http::Server server(server_options(settings));
  server.websocket("/ws/tasks/{id}/stream", [&](http::Request request, http::Accept accept, http::Respond refuse) {
    attach.stream(request, std::move(accept), std::move(refuse));
  });
  server.websocket("/ws/tasks/{id}/logs", [&](http::Request request, http::Accept accept, http::Respond refuse) {
    attach.logs(request, std::move(accept), std::move(refuse));
  });
  server.websocket("/ws/sandboxes/{id}/logs", [&](http::Request request, http::Accept accept, http::Respond refuse) {
    attach.sandbox_logs(request, std::move(accept), std::move(refuse));
  });
  process.add_admin_routes(server);
  if (const auto started = server.start(); !started) return fail(started.error());
  telemetry::log_info("listening", {{"address", settings.listen}, {"port", fmt::format("{}", server.port())}});

  process.wait_for_stop();
  server.stop();
  return 0;
}

}  // namespace argosy::fanout
