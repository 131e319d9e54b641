// argosy-scheduler: keeps what nobody else holds moving. Dead owners' steps go back to ready, due ones wake up, held-back ones are
// released fairly, lost dispatches are announced again, topics are kept in being (ENGINE, "Rescue" and "Was the dispatch lost").
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "common/config/settings.h"
#include "common/runtime/announcer.h"
#include "common/runtime/artifacts/bucket.h"
#include "common/runtime/process.h"
#include "common/store/database.h"
#include "workers/scheduler/duty.h"

namespace argosy::scheduler {

// What the duties work with; outlives them.
struct Tools {
  const config::Settings& settings;
  store::Database& db;
  runtime::Announcer& announcer;
  telemetry::Metrics& metrics;
  std::shared_ptr<artifacts::s3::Bucket> bucket{};  // null: there is none
  std::function<bool()> stopping{};                 // the process is: what waits for others gives up
};

std::vector<Duty> duties(const Tools& tools);

// Until SIGTERM. The exit code.
int run_scheduler(const config::Settings& settings, runtime::Process& process);

}  // namespace argosy::scheduler
