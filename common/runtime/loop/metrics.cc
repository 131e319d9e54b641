#include "common/runtime/loop/metrics.h"

#include <algorithm>

namespace argosy::runtime {
namespace {

const std::vector<double> kBatchSizes{1, 2, 4, 8, 16, 32, 64, 128, 256};
const std::vector<double> kDelaySeconds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1'800};
const std::vector<double> kCallSeconds{0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5};

std::array<telemetry::Histogram*, 3> start_delays(telemetry::Metrics& m, const std::string& queue) {
  std::array<telemetry::Histogram*, 3> out{};
  for (const auto lane : tasks::kLanes) {
    out[static_cast<std::size_t>(lane)] = &m.histogram("argosy_step_start_delay_seconds", "Time from a step's announcement to its claim.",
                                                       {{"queue", queue}, {"lane", std::string(tasks::to_string(lane))}}, kDelaySeconds);
  }
  return out;
}

std::array<telemetry::Counter*, 4> failures(telemetry::Metrics& m, const std::string& queue) {
  std::array<telemetry::Counter*, 4> out{};
  for (const auto category : {Category::transient, Category::needs_user, Category::code_logic, Category::security}) {
    out[static_cast<std::size_t>(category)] =
        &m.counter("argosy_failed_steps_total", "Steps that failed for good, by the category of their error.",
                   {{"queue", queue}, {"category", std::string(1, letter(category))}});
  }
  return out;
}

}  // namespace

WorkerMetrics::WorkerMetrics(telemetry::Metrics& m, tasks::Queue queue)
    : metrics_(m),
      queue_(tasks::to_string(queue)),
      renewals_ok_(m.counter("argosy_renewals_total", "Renewals of the process's lease.", {{"queue", queue_}, {"result", "ok"}})),
      renewals_failed_(m.counter("argosy_renewals_total", "Renewals of the process's lease.", {{"queue", queue_}, {"result", "failed"}})),
      start_delay_(start_delays(m, queue_)),
      failed_(failures(m, queue_)),
      claims(m.counter("argosy_claims_total", "Claim calls that succeeded.", {{"queue", queue_}})),
      claimed(m.counter("argosy_claimed_steps_total", "Steps that were claimed.", {{"queue", queue_}})),
      claim_errors(m.counter("argosy_claim_errors_total", "Claim calls that failed.", {{"queue", queue_}})),
      finishes(m.counter("argosy_finishes_total", "Finish calls that succeeded.", {{"queue", queue_}})),
      finished(m.counter("argosy_finished_steps_total", "Steps whose finish was accepted.", {{"queue", queue_}})),
      finish_errors(m.counter("argosy_finish_errors_total", "Finish calls that failed.", {{"queue", queue_}})),
      dropped_results(
          m.counter("argosy_dropped_results_total", "Results whose lease was lost or whose step was cancelled.", {{"queue", queue_}})),
      leases_lost(m.counter("argosy_leases_lost_total", "Times that this process judged its lease lost.", {{"queue", queue_}})),
      messages(m.counter("argosy_dispatch_messages_total", "Dispatch messages that were read.", {{"queue", queue_}})),
      message_bytes(
          m.counter("argosy_dispatch_bytes_total", "Bytes of the dispatch messages that were read: keys and bodies.", {{"queue", queue_}})),
      poison(m.counter("argosy_poison_messages_total", "Messages that did not parse.", {{"queue", queue_}})),
      hinted(m.counter("argosy_hinted_steps_total", "Steps that a datagram named and that were asked for.", {{"queue", queue_}})),
      twins(m.counter("argosy_hint_twins_total", "Dispatches whose steps had all come by datagram.", {{"queue", queue_}})),
      claim_batch(m.histogram("argosy_claim_batch_steps", "Steps asked for by one claim call.", {{"queue", queue_}}, kBatchSizes)),
      finish_batch(m.histogram("argosy_finish_batch_steps", "Steps of one finish call.", {{"queue", queue_}}, kBatchSizes)),
      claim_seconds(m.histogram("argosy_claim_seconds", "Duration of a claim call.", {{"queue", queue_}}, kCallSeconds)),
      finish_seconds(m.histogram("argosy_finish_seconds", "Duration of a finish call.", {{"queue", queue_}}, kCallSeconds)),
      slots(m.gauge("argosy_slots", "Slots of this process.", {{"queue", queue_}})),
      busy(m.gauge("argosy_slots_busy", "Slots that are taken, from the claim to the finish's commit.", {{"queue", queue_}})),
      lag(m.gauge("argosy_kafka_lag_messages", "Dispatches that this process has still to read.", {{"queue", queue_}})) {}

// The epoch is the time of the claim on the database's clock, in microseconds, as the announcement is: no two clocks are compared.
void WorkerMetrics::started(const store::ClaimedStep& step) {
  if (step.announced_at_us == 0) return;
  const auto waited = static_cast<double>(step.lease_epoch - step.announced_at_us) / 1e6;
  start_delay_[static_cast<std::size_t>(step.lane)]->observe(std::max(0.0, waited));
}

void WorkerMetrics::step_failed(Category category) { failed_[static_cast<std::size_t>(category)]->add(); }

void WorkerMetrics::step_finished(const std::string& kind, std::string_view outcome, double seconds) {
  telemetry::Histogram* histogram = nullptr;
  {
    const std::lock_guard lock(mutex_);
    auto& of_kind = step_seconds_[kind];
    auto known = of_kind.find(outcome);
    if (known == of_kind.end()) {
      auto& made = metrics_.histogram("argosy_step_seconds", "Time that a handler took, by what became of the step.",
                                      {{"queue", queue_}, {"kind", kind}, {"outcome", std::string(outcome)}});
      known = of_kind.emplace(outcome, &made).first;
    }
    histogram = known->second;
  }
  histogram->observe(seconds);
}

}  // namespace argosy::runtime
