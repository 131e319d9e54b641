// From settings to the outside: options for Postgres and Kafka, and the start-up wait for both. Processes do not exit because something
// they need is not there yet: /readyz says what is missing, and they go on trying. Any thread.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "common/broker/admin.h"
#include "common/config/settings.h"
#include "common/runtime/hint/sender.h"
#include "common/runtime/process.h"
#include "common/store/database.h"

namespace argosy::runtime {

store::DatabaseOptions database_options(const config::Settings& settings, std::string application_name, int connections);
// For the thread that renews: one connection, and time-outs short enough that a call which hangs leaves time for another.
store::DatabaseOptions renewal_database_options(const config::Settings& settings, std::string application_name);
// The properties `own` are the program's; those of the settings yield to them.
broker::KafkaOptions kafka_options(const config::Settings& settings, std::string client_id,
                                   const std::map<std::string, std::string>& own = {});
broker::Topics topics(const config::Settings& settings);

// What this process tells others of where it runs.
std::string host_name();
// Sends to the workers that the database knows; nothing when ARGOSY_HINT_LISTEN is empty. `self`: of a worker that listens.
std::unique_ptr<HintSender> hint_sender(const config::Settings& settings, std::shared_ptr<store::Database> db, Process& process,
                                        store::HintListener self = {});

// Blocks with backoff until Postgres answers with current migrations and all topics exist. False when the process is told to stop first.
bool await_database(Process& process, store::Database& db);
bool await_topics(Process& process, const broker::KafkaOptions& options, const broker::Topics& topics);

}  // namespace argosy::runtime
