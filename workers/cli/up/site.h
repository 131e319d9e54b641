// What `argosy up` starts: which processes there are, in which order they stop, and what each is told. No process learns a secret that
// it does not need. Pure but for reading the own environment; one thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "workers/cli/up/state_folder.h"
#include "workers/cli/up/supervisor.h"

namespace argosy::cli {

// Stages of stopping, see Part::stage: who takes work in stops first, what others stand on stops last.
inline constexpr int kStagePostgres = 0, kStageBroker = 1, kStageScheduler = 2, kStageWorkers = 3, kStageEdge = 4;

struct Site {
  std::string postgres_url;
  std::string kafka_brokers;  // empty: the built-in broker, whose address is known when it is ready and changes with each start
  std::uint16_t api_port = 0, ws_port = 0;
  std::string public_url, public_ws_url;
  std::map<std::string, std::string> environment;  // of `up` itself
};

// Where the processes find Kafka now; empty while the built-in broker is not up.
std::string brokers_of(const Site& site, const StateFolder& state);

// The built-in broker.
Part broker_part(const Site& site, const StateFolder& state);

// The scheduler, the five workers, fanout and ingest. Site and state must outlive them. Error (A): no_free_port.
Result<std::vector<Part>> process_parts(const Site& site, const StateFolder& state);

// What `process` gets of the environment of `up`: what programs commonly need, and all of ARGOSY_* but other processes' secrets.
std::map<std::string, std::string> environment_for(const std::string& process, const std::map<std::string, std::string>& ours);

}  // namespace argosy::cli
