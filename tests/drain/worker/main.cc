// drain_worker MEMBER EFFECTS SEED: a worker of the codegen queue as production has it, but for its handler. MEMBER names it in the folder
// EFFECTS.
#include <fmt/format.h>

#include "common/config/settings.h"
#include "common/core/text.h"
#include "common/runtime/process.h"
#include "common/runtime/worker.h"
#include "tests/drain/worker/patience.h"

int main(int argc, char** argv) {
  const auto seed = argc == 4 ? argosy::text::to_int(argv[3]) : std::nullopt;
  if (!seed) {
    fmt::print(stderr, "drain_worker MEMBER EFFECTS SEED\n");
    return 2;
  }
  const auto settings = argosy::config::load_or_exit(1, argv, "drain_worker", "Consumes a queue and takes its time.");
  argosy::runtime::Process process(settings, argv[1]);
  argosy::chaos::Effects effects(argv[2], argv[1]);
  argosy::drain::Patience handler(effects, static_cast<std::uint64_t>(*seed));
  return argosy::runtime::run_worker(settings, process, {.queue = argosy::tasks::Queue::codegen}, handler);
}
