// chaos_worker QUEUE MEMBER EFFECTS: a worker of that queue as production has it, but for its handler. MEMBER names it in the folder
// EFFECTS.
#include <fmt/format.h>

#include "common/config/settings.h"
#include "common/runtime/process.h"
#include "common/runtime/worker.h"
#include "tests/chaos/matrix/worker/toy.h"

int main(int argc, char** argv) {
  const auto queue = argc == 4 ? argosy::tasks::queue_from_string(argv[1]) : std::nullopt;
  if (!queue) {
    fmt::print(stderr, "chaos_worker QUEUE MEMBER EFFECTS\n");
    return 2;
  }
  const auto settings = argosy::config::load_or_exit(1, argv, "chaos_worker", "Consumes a queue and writes down what it does.");
  argosy::runtime::Process process(settings, argv[1]);
  argosy::chaos::Effects effects(argv[3], argv[2]);
  argosy::chaos::Toy handler(effects, {.work_dir = settings.work_dir, .allow_file = true});
  return argosy::runtime::run_worker(settings, process, {.queue = *queue}, handler);
}
