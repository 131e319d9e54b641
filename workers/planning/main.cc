// argosy-planning: consumes the planning queue and turns tasks into steps. See ARCHITECTURE.md, "The way of a task".
#include "common/config/settings.h"
#include "common/runtime/process.h"
#include "common/runtime/worker.h"
#include "common/telemetry/log.h"
#include "workers/planning/planning_handler.h"
#include "workers/planning/prompted/open_planner.h"

int main(int argc, char** argv) {
  // Configuration first: a bad value ends the process here, with one line a mistake, before anything is opened.
  const auto settings = argosy::config::load_or_exit(argc, argv, "argosy-planning", "Consumes the planning queue: turns tasks into steps.");

  // Logs, metrics and health from now on; /readyz turns green when Postgres and the broker answer.
  argosy::runtime::Process process(settings, "planning");

  // Who plans tasks that are given in words: a model where there is one. A mistake in its files ends the process, too.
  auto credentials = argosy::vcs::parse_credentials(settings.git_read_credentials);
  auto planner = argosy::planning::open_planner(settings, process);
  if (!credentials || !planner) {
    argosy::telemetry::log_error(argosy::to_string(!credentials ? credentials.error() : planner.error()));
    return 2;
  }

  // The handler knows how to plan; it sees no Kafka, no SQL, no retries.
  argosy::planning::PlanningHandler handler(
      {.work_dir = settings.work_dir, .credentials = *credentials, .allow_file = settings.allow_file_urls, .timeout = settings.git_timeout},
      *planner ? &(*planner)->planner() : nullptr);

  // Claim, do, finish, announce, until SIGTERM; then drain and hand back what is left.
  return argosy::runtime::run_worker(settings, process, {.queue = argosy::tasks::Queue::planning}, handler);
}
