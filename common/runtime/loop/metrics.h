// The worker loop's numbers, made once, used from all its threads.
#pragma once

#include <string>

#include "common/store/moves.h"
#include "common/tasks/queue.h"
#include "common/telemetry/metrics.h"

namespace argosy::runtime {

class WorkerMetrics {
 public:
  WorkerMetrics(telemetry::Metrics& metrics, tasks::Queue queue);

  void step_finished(const std::string& kind, std::string_view outcome, double seconds);
  telemetry::Counter& renewals(bool ok) { return ok ? renewals_ok_ : renewals_failed_; }

 private:
  telemetry::Metrics& metrics_;
  const std::string queue_;
  telemetry::Counter &renewals_ok_, &renewals_failed_;

 public:
  telemetry::Counter &claims, &claimed, &claim_errors, &finishes, &finished, &finish_errors, &dropped_results, &leases_lost, &messages,
      &poison, &hinted, &twins;
  telemetry::Histogram &claim_batch, &finish_batch, &claim_seconds, &finish_seconds;
  telemetry::Gauge &slots, &busy;
};

}  // namespace argosy::runtime
