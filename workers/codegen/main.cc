// argosy-codegen: consumes the codegen queue and changes the code. See ARCHITECTURE.md, "The way of a task".
#include "common/config/settings.h"
#include "common/runtime/process.h"
#include "common/runtime/worker.h"
#include "common/telemetry/log.h"
#include "workers/codegen/codegen_handler.h"
#include "workers/codegen/mending/open_mender.h"

int main(int argc, char** argv) {
  // Configuration first: a bad value ends the process here, with one line a mistake, before anything is opened.
  const auto settings = argosy::config::load_or_exit(argc, argv, "argosy-codegen", "Consumes the codegen queue: changes the code.");

  // Logs, metrics and health from now on; /readyz turns green when Postgres and the broker answer.
  argosy::runtime::Process process(settings, "codegen");

  // Who mends what gates stop: a model where there is one, else people. A mistake in its files ends the process, too.
  auto credentials = argosy::vcs::parse_credentials(settings.git_read_credentials);
  auto mender = argosy::codegen::open_mender(settings, process);
  if (!credentials || !mender) {
    argosy::telemetry::log_error(argosy::to_string(!credentials ? credentials.error() : mender.error()));
    return 2;
  }

  // The handler knows how to change code; it sees no Kafka, no SQL, no retries.
  argosy::codegen::CodegenHandler handler(
      {.work_dir = settings.work_dir, .credentials = *credentials, .allow_file = settings.allow_file_urls, .timeout = settings.git_timeout},
      mender->get());

  // Claim, do, finish, announce, until SIGTERM; then drain and hand back what is left.
  return argosy::runtime::run_worker(settings, process, {.queue = argosy::tasks::Queue::codegen, .steps_wait = true}, handler);
}
