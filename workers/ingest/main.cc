// argosy-ingest: the REST API. Takes tasks, stores them, and answers what clients ask about them. See ARCHITECTURE.md, "The way of a task".
#include "common/config/settings.h"
#include "common/runtime/process.h"
#include "workers/ingest/ingest.h"

int main(int argc, char** argv) {
  // Configuration first: a bad value ends the process here, with one line a mistake, before anything is opened.
  const auto settings =
      argosy::config::load_or_exit(argc, argv, "argosy-ingest", "The REST API: takes tasks and tells how they go.", /*takes_slots=*/false);

  // Logs, metrics, health and signals from now on.
  argosy::runtime::Process process(settings, "ingest");

  // Listens until SIGTERM; open requests finish, what waits is committed.
  return argosy::ingest::run(settings, process);
}
