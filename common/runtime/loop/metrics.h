// The worker loop's numbers, made once, used from all its threads.
#pragma once

#include <array>
#include <map>
#include <mutex>
#include <string>

#include "common/store/moves.h"
#include "common/tasks/queue.h"
#include "common/telemetry/metrics.h"

namespace argosy::runtime {

class WorkerMetrics {
 public:
  WorkerMetrics(telemetry::Metrics& metrics, tasks::Queue queue);

  void step_finished(const std::string& kind, std::string_view outcome, double seconds);
  void step_failed(Category category);
  void started(const store::ClaimedStep& step);
  telemetry::Counter& renewals(bool ok) { return ok ? renewals_ok_ : renewals_failed_; }

 private:
  telemetry::Metrics& metrics_;
  const std::string queue_;
  telemetry::Counter &renewals_ok_, &renewals_failed_;
  std::array<telemetry::Histogram*, 3> start_delay_;  // by lane
  std::array<telemetry::Counter*, 4> failed_;         // by category; there from the start, so that the first failure is seen as one
  std::mutex mutex_;
  // By kind and outcome: the registry's own look-up costs ten strings a step.
  std::map<std::string, std::map<std::string, telemetry::Histogram*, std::less<>>, std::less<>> step_seconds_;

 public:
  telemetry::Counter &claims, &claimed, &claim_errors, &finishes, &finished, &finish_errors, &dropped_results, &leases_lost, &messages,
      &message_bytes, &poison, &hinted, &twins;
  telemetry::Histogram &claim_batch, &finish_batch, &claim_seconds, &finish_seconds;
  telemetry::Gauge &slots, &busy, &lag;
};

}  // namespace argosy::runtime
