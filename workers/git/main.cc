// argosy-git: consumes the git queue, commits and pushes. See ARCHITECTURE.md, "The way of a task".
#include "common/config/settings.h"
#include "common/runtime/process.h"
#include "common/runtime/worker.h"
#include "common/telemetry/log.h"
#include "workers/git/git_handler.h"

int main(int argc, char** argv) {
  // Configuration first: a bad value ends the process here, with one line a mistake, before anything is opened.
  const auto settings = argosy::config::load_or_exit(argc, argv, "argosy-git", "Consumes the git queue: commits and pushes branches.");

  // Logs, metrics and health from now on; /readyz turns green when Postgres and the broker answer.
  argosy::runtime::Process process(settings, "git");

  // The only credentials that may write, in the only process that reads them.
  auto credentials = argosy::vcs::parse_credentials(settings.git_write_credentials);
  if (!credentials) {
    argosy::telemetry::log_error(argosy::to_string(credentials.error()));
    return 2;
  }

  // The handler knows how to push; it sees no Kafka, no SQL, no retries.
  argosy::git::GitHandler handler(
      {.work_dir = settings.work_dir, .credentials = *credentials, .allow_file = settings.allow_file_urls, .timeout = settings.git_timeout},
      {.name = settings.git_author_name, .email = settings.git_author_email});

  // Claim, do, finish, announce, until SIGTERM; then drain and hand back what is left.
  return argosy::runtime::run_worker(settings, process, {.queue = argosy::tasks::Queue::git}, handler);
}
