// argosy-fanout: streams the progress of tasks to WebSocket clients. See ARCHITECTURE.md, "The way of a task".
#include "common/config/settings.h"
#include "common/runtime/process.h"
#include "workers/fanout/fanout.h"

int main(int argc, char** argv) {
  const auto settings = argosy::config::load_or_exit(argc, argv, "argosy-fanout", "Streams the progress of tasks to WebSocket clients.",
                                                     /*takes_slots=*/false);

  // Logs, metrics and health from now on; /readyz turns green when Postgres and Kafka answer.
  argosy::runtime::Process process(settings, "fanout");

  return argosy::fanout::run_fanout(settings, process);
}
