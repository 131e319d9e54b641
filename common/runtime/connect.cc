#include "common/runtime/connect.h"

#include <unistd.h>

#include <algorithm>
#include <functional>

#include "common/config/kafka_properties.h"
#include "common/runtime/artifacts/bucket.h"
#include "common/telemetry/log.h"

namespace argosy::runtime {
namespace {

constexpr std::chrono::milliseconds kFirstWait{100}, kLongestWait{2'000};
constexpr std::chrono::milliseconds kTopicsTimeout{5'000};
// A loop that waits longer than ten seconds for one call counts as stuck (ENGINE, "Time"): calls give up before.
constexpr std::chrono::milliseconds kStatementTimeout{5'000}, kAcquireTimeout{3'000};

// `attempt` returns what is wrong, or nothing. The same sentence is logged once.
bool await(Process& process, std::string_view what, const std::function<std::optional<std::string>()>& attempt) {
  std::string said;
  auto wait = kFirstWait;
  while (!process.stopping()) {
    const auto problem = attempt();
    if (!problem) return true;
    if (*problem != said) telemetry::log_warning("waiting", {{"for", what}, {"problem", *problem}});
    said = *problem;
    if (process.wait_for_stop(wait)) return false;
    wait = std::min(wait * 2, kLongestWait);
  }
  return false;
}

}  // namespace

store::DatabaseOptions database_options(const config::Settings& settings, std::string application_name, int connections) {
  return {.url = settings.postgres_url,
          .connections = connections,
          .application_name = std::move(application_name),
          .max_task_steps = settings.max_task_steps,
          .max_task_depth = settings.max_task_depth,
          .statement_timeout = kStatementTimeout,
          .acquire_timeout = kAcquireTimeout,
          .read_placed = read_placed(settings)};
}

store::DatabaseOptions renewal_database_options(const config::Settings& settings, std::string application_name) {
  auto options = database_options(settings, std::move(application_name), 1);
  options.statement_timeout = options.acquire_timeout = settings.lease / 3;
  return options;
}

broker::KafkaOptions kafka_options(const config::Settings& settings, std::string client_id, const std::map<std::string, std::string>& own) {
  const auto security = config::parse_kafka_properties(settings.kafka_properties);  // which the configuration has looked at
  auto extra = own;
  if (security) extra.insert(security->begin(), security->end());
  return {.brokers = settings.kafka_brokers,
          .client_id = std::move(client_id),
          .embedded = settings.kafka_embedded,
          .extra = std::move(extra),
          .session = settings.kafka_session};
}

broker::Topics topics(const config::Settings& settings) {
  return {.partitions = static_cast<int>(settings.partitions),
          .events_partitions = static_cast<int>(settings.events_partitions),
          .replication = static_cast<int>(settings.replication)};
}

std::string host_name() {
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  return name;
}

std::unique_ptr<HintSender> hint_sender(const config::Settings& settings, std::shared_ptr<store::Database> db, Process& process,
                                        store::HintListener self) {
  if (settings.hint_listen.empty()) return nullptr;
  auto find = [db = std::move(db), self = std::move(self)] { return store::hint_peers(*db, host_name(), self); };
  return std::make_unique<HintSender>(std::move(find), process.metrics());
}

bool await_database(Process& process, store::Database& db) {
  return await(process, "Postgres", [&db] { return db.problem(); });
}

bool await_topics(Process& process, const broker::KafkaOptions& options, const broker::Topics& topics) {
  return await(process, "Kafka", [&]() -> std::optional<std::string> {
    const auto made = broker::ensure_topics(options, topics, kTopicsTimeout);
    return made ? std::nullopt : std::optional(to_string(made.error()));
  });
}

}  // namespace argosy::runtime
