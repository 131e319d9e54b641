// argosy-testing: consumes the testing queue and runs repositories' tests in sandboxes. See ARCHITECTURE.md, "The way of a task".
#include "common/config/settings.h"
#include "common/runtime/process.h"
#include "common/runtime/worker.h"
#include "common/telemetry/log.h"
#include "workers/testing/testing_handler.h"

int main(int argc, char** argv) {
  // Configuration first: a bad value ends the process here, with one line a mistake, before anything is opened.
  const auto settings =
      argosy::config::load_or_exit(argc, argv, "argosy-testing", "Consumes the testing queue: runs repositories' tests in sandboxes.");

  // Logs, metrics and health from now on; /readyz turns green when Postgres, the broker and the sandbox answer.
  argosy::runtime::Process process(settings, "testing");

  auto credentials = argosy::vcs::parse_credentials(settings.git_read_credentials);
  if (!credentials) {
    argosy::telemetry::log_error(argosy::to_string(credentials.error()));
    return 2;
  }

  // The handler knows how to test; it sees no Kafka, no SQL, no retries.
  argosy::testing::TestingHandler handler({.git = {.work_dir = settings.work_dir,
                                                   .credentials = *credentials,
                                                   .allow_file = settings.allow_file_urls,
                                                   .timeout = settings.git_timeout},
                                           .sandbox = argosy::testing::sandbox_class(settings.sandbox),
                                           .limits = {.wall = settings.test_timeout,
                                                      .memory_bytes = settings.test_memory_bytes,
                                                      .cpus = static_cast<double>(settings.test_cpus),
                                                      .disk_bytes = settings.test_disk_bytes,
                                                      .processes = static_cast<int>(settings.test_processes),
                                                      .output_bytes = static_cast<std::size_t>(settings.test_output_bytes)},
                                           .test_paths = settings.test_paths,
                                           .require = settings.sandbox_require});

  // Claim, do, finish, announce, until SIGTERM; then drain and hand back what is left.
  return argosy::runtime::run_worker(settings, process, {.queue = argosy::tasks::Queue::testing, .default_slots = 2}, handler);
}
