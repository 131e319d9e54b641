// bench_worker QUEUE: a worker of that queue as production has it, but for its handler. With BENCH_HOLDS in its environment, steps that may
// be held are held.
#include <cstdlib>

#include <fmt/format.h>

#include "common/config/settings.h"
#include "common/runtime/process.h"
#include "common/runtime/worker.h"
#include "tests/bench/worker/pass_on.h"

int main(int argc, char** argv) {
  const auto queue = argc > 1 ? argosy::tasks::queue_from_string(argv[1]) : std::nullopt;
  if (!queue) {
    fmt::print(stderr, "bench_worker QUEUE: planning, codegen, testing, git or notifications\n");
    return 2;
  }
  const auto settings = argosy::config::load_or_exit(argc - 1, argv + 1, "bench_worker", "Consumes a queue and does nothing.");
  argosy::runtime::Process process(settings, std::string(argosy::tasks::to_string(*queue)));
  argosy::bench::PassOn handler(std::getenv("BENCH_HOLDS") != nullptr);
  return argosy::runtime::run_worker(settings, process, {.queue = *queue}, handler);
}
