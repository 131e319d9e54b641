// argosy-testing: consumes the testing queue and runs repositories' tests in sandboxes. See ARCHITECTURE.md, "The way of a task".
#include "common/config/settings.h"
#include "common/runtime/process.h"
#include "common/runtime/worker.h"
#include "common/telemetry/log.h"
#include "workers/testing/metrics/testing_metrics.h"
#include "workers/testing/sandboxes/sandbox_service.h"
#include "workers/testing/testing_handler.h"

int main(int argc, char** argv) {
  // Configuration first: a bad value ends the process here, with one line a mistake, before anything is opened.
  const auto settings =
      argosy::config::load_or_exit(argc, argv, "argosy-testing", "Consumes the testing queue: runs repositories' tests in sandboxes.");

  // Logs, metrics and health from now on; /readyz turns green when Postgres, the broker and the sandbox answer.
  argosy::runtime::Process process(settings, "testing");

  auto options = argosy::testing::testing_options(settings);
  if (!options) {
    argosy::telemetry::log_error(argosy::to_string(options.error()));
    return 2;
  }

  argosy::testing::TestingMetrics metrics(process.metrics());
  options->on_escape = [&metrics] { metrics.escaped(); };
  options->on_run = [&metrics](const auto& done) { metrics.ran(done); };
  options->egress = {.connected = [&metrics](const auto& event) { metrics.connected(event); },
                     .refused_unseen = [&metrics](std::int64_t count) { metrics.refused_unseen(count); }};
  options->on_examined = [&metrics](const auto& done) { metrics.examined(done); };

  // The handler knows how to test; it sees no Kafka, no SQL, no retries.
  argosy::testing::TestingHandler handler(*options);

  // Claim, do, finish, announce, until SIGTERM; then drain and hand back what is left. Clients' sandboxes live and end with it.
  const auto sandboxes = [&](const auto& parts) { return argosy::testing::SandboxService::start(*options, parts); };
  return argosy::runtime::run_worker(settings, process,
                                     {.queue = argosy::tasks::Queue::testing, .default_slots = 2, .companion = sandboxes}, handler);
}
