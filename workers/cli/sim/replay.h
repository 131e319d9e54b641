// A queue's steps and workers in virtual time, under the autoscaler's hand: what a trace would have cost, and how long its steps would have
// waited. Pure: the same trace, settings and seed give the same outcome. One thread.
#pragma once

#include <cstdint>
#include <vector>

#include "workers/cli/sim/settings.h"
#include "workers/cli/sim/trace.h"

namespace argosy::cli {

struct ReplayOptions {
  double pod_start_s = 10;       // from the decision to the first claim
  bool by_deletion_cost = true;  // who is scaled in; else at random
  std::uint64_t seed = 1;        // of who claims, who is scaled in at random, and the phase of the HPA's clock
};

struct ReplaySample {
  double at = 0;
  int load = 0, desired = 0, running = 0;  // steps ready and running; replicas; workers that can claim
};

struct ReplayOutcome {
  std::size_t steps = 0;
  double first_worker_s = 0;                     // from the first arrival to a worker that can claim
  int peak_replicas = 0, overshoot = 0;          // the latter: replicas at their peak beyond what the load at its peak needs
  std::size_t busy_killed = 0, handed_back = 0;  // workers scaled in while they ran steps; steps that did not end within the grace period
  double wasted_s = 0, run_s = 0;                // run time of what was handed back, and of all
  double worker_minutes = 0, idle_minutes = 0;   // from a pod's start to its end; ready without a step
  double p50_s = 0, p95_s = 0;                   // from runnable to running
  double ended_s = 0;                            // when the last step was done
  std::vector<ReplaySample> samples{};           // each time something changed
};

ReplayOutcome replay(const std::vector<Arrival>& arrivals, const ScaleSettings& settings, const ReplayOptions& options);

}  // namespace argosy::cli
