// argosy-codegen: consumes the codegen queue and changes the code. See ARCHITECTURE.md, "The way of a task".
#include "common/config/settings.h"
#include "common/runtime/process.h"
#include "common/runtime/worker.h"
#include "common/telemetry/log.h"
#include "workers/codegen/codegen_handler.h"
#include "workers/codegen/models.h"

int main(int argc, char** argv) {
  // Configuration first: a bad value ends the process here, with one line a mistake, before anything is opened.
  const auto settings = argosy::config::load_or_exit(argc, argv, "argosy-codegen", "Consumes the codegen queue: changes the code.");

  // Logs, metrics and health from now on; /readyz turns green when Postgres and the broker answer.
  argosy::runtime::Process process(settings, "codegen");

  // Who mends what gates stop, and who works on what was asked for in words: models, where there are any. A mistake in their files ends the
  // process, too.
  auto credentials = argosy::vcs::parse_credentials(settings.git_read_credentials);
  const argosy::vcs::VcsOptions options{.work_dir = settings.work_dir,
                                        .credentials = credentials.value_or(std::vector<argosy::vcs::Credential>{}),
                                        .allow_file = settings.allow_file_urls,
                                        .timeout = settings.git_timeout};
  auto models = argosy::codegen::Models::open(settings, process, options);
  if (!credentials || !models) {
    argosy::telemetry::log_error(argosy::to_string(!credentials ? credentials.error() : models.error()));
    return 2;
  }

  // The handler knows how to change code; it sees no Kafka, no SQL, no retries.
  auto* const asked = models->get();
  argosy::codegen::CodegenHandler handler(options, asked ? &asked->agents() : nullptr);

  // Claim, do, finish, announce, until SIGTERM; then drain and hand back what is left.
  return argosy::runtime::run_worker(settings, process, {.queue = argosy::tasks::Queue::codegen, .steps_wait = true}, handler);
}
