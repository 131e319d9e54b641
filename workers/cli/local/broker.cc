#include <signal.h>

#include <fmt/format.h>

#include "common/broker/admin.h"
#include "common/config/settings.h"
#include "common/core/file.h"
#include "common/telemetry/log.h"
#include "workers/cli/command.h"
#include "workers/cli/local/commands.h"

namespace argosy::cli {

int broker_command(const Arguments& arguments) {
  const auto settings = config::load(config::process_environment());
  if (!settings) {
    for (const auto& line : settings.error()) fmt::print(stderr, "argosy: {}\n", line);
    return kUsage;
  }
  telemetry::init_logging({.service = "broker"});
  // Blocked before the broker starts its threads, which inherit it.
  sigset_t stop;
  ::sigemptyset(&stop);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&stop, number);
  ::pthread_sigmask(SIG_BLOCK, &stop, nullptr);

  const auto topics = broker::Topics{static_cast<int>(settings->partitions), static_cast<int>(settings->events_partitions), 1};
  const auto broker = broker::EmbeddedBroker::start(topics);
  if (!broker) return report(broker.error());
  telemetry::log_info("listening", {{"brokers", (*broker)->brokers()}});
  fmt::print("{}\n", (*broker)->brokers());
  std::fflush(stdout);
  if (const auto file = arguments.value("--address-file")) {
    if (const auto written = write_file_atomic(*file, (*broker)->brokers() + "\n"); !written) return report(written.error());
  }
  int number = 0;
  ::sigwait(&stop, &number);
  return kSucceeded;
}

}  // namespace argosy::cli
