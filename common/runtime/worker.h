// The worker loop: receive, claim, do, finish, announce (ENGINE). The same for all five queues; a worker's main hands in its handler.
// Threads: one consumes and claims, one finishes and announces, one renews the lease on a connection of its own, `slots` run the handler,
// two end the steps that went on without one.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "common/config/settings.h"
#include "common/runtime/companion.h"
#include "common/runtime/handler.h"
#include "common/runtime/kube/own_pod.h"
#include "common/runtime/process.h"
#include "common/tasks/queue.h"

namespace argosy::runtime {

struct WorkerOptions {
  tasks::Queue queue = tasks::Queue::planning;
  int default_slots = 4;
  bool steps_wait = false;    // the handler's steps may go on without a thread (Handler::start): ARGOSY_WAITING_STEPS more are held
  MakeCompanion companion{};  // nothing: only the queue
  std::map<std::string, std::string> kafka_properties{};  // librdkafka properties of the consumer that win over ours; for tests
  std::filesystem::path pod_account = OwnPod::kAccount;   // where the token of the pod lies; another one for tests
};

// Runs until SIGTERM, then drains: stops claiming, finishes what it can within the drain time-out, hands the rest back. The exit code.
int run_worker(const config::Settings& settings, Process& process, const WorkerOptions& options, Handler& handler);

}  // namespace argosy::runtime
