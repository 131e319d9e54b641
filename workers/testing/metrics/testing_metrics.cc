#include "workers/testing/metrics/testing_metrics.h"

#include <string>

#include "common/core/json.h"

namespace argosy::testing {
namespace {

constexpr auto kOther = "other";

}  // namespace

TestingMetrics::TestingMetrics(telemetry::Metrics& metrics)
    : metrics_(metrics),
      escapes_(metrics.counter("argosy_sandbox_escapes_total", "Programs that were killed for trying to get out of a sandbox.")),
      allowed_(metrics.counter("argosy_egress_allowed_total", "Connections of set-ups that the egress proxy let pass.")) {
  const auto add = [&](std::string reason) {
    refused_[reason] =
        &metrics.counter("argosy_egress_refused_total", "Connections of set-ups that the egress proxy refused.", {{"reason", reason}});
  };
  for (const auto reason : egress::reasons()) add(std::string(reason));
  add(kOther);
}

void TestingMetrics::connected(const egress::AuditEvent& event) {
  if (event.allowed) return allowed_.add();
  const auto known = refused_.find(event.reason);
  (known == refused_.end() ? refused_.find(kOther) : known)->second->add();
}

void TestingMetrics::refused_unseen(std::int64_t count) {
  if (count > 0) refused_.find("budget_requests")->second->add(static_cast<double>(count));
}

std::string_view outcome_of(const Result<sandbox::Finished>& done) {
  if (!done) return "unavailable";
  if (done->forbidden_call) return "forbidden_call";
  if (done->out_of_memory) return "out_of_memory";
  if (done->out_of_disk) return "out_of_disk";
  if (done->timed_out) return "timed_out";
  if (done->cancelled) return "cancelled";
  return done->exit_code == 0 ? "ok" : "failed";
}

void TestingMetrics::ran(const Result<sandbox::Finished>& done) {
  metrics_
      .counter("argosy_sandbox_runs_total", "Programs that were run in a sandbox, by what became of them.",
               {{"outcome", std::string(outcome_of(done))}})
      .add();
  if (done)
    metrics_.histogram("argosy_sandbox_run_seconds", "Time of a program in a sandbox.")
        .observe(static_cast<double>(done->duration.count()) / 1e3);
}

void TestingMetrics::examined(const Result<runtime::StepResult>& done) {
  const auto said = json::parse(done ? done->output : done.error().details);
  if (!said) return;
  for (const auto& one : said->array_or_empty("gates")) {
    metrics_
        .counter("argosy_gate_outcomes_total", "What gates said of changes.",
                 {{"gate", one.string_or("gate", "")}, {"outcome", one.string_or("outcome", "")}})
        .add();
  }
}

}  // namespace argosy::testing
