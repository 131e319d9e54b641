// argosy-scheduler: keeps what nobody else holds moving. Any number of replicas may run. See ARCHITECTURE.md, "The way of a task".
#include "workers/scheduler/scheduler.h"

int main(int argc, char** argv) {
  const auto settings = argosy::config::load_or_exit(argc, argv, "argosy-scheduler", "Rescues, releases, wakes and announces steps again.",
                                                     /*takes_slots=*/false);
  argosy::runtime::Process process(settings, "scheduler");
  return argosy::scheduler::run_scheduler(settings, process);
}
