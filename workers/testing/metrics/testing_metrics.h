// What the testing worker tells beside what all workers do: runs of sandboxes by what became of them, what gates said, and where
// set-ups wanted to go. Made in main
// before the handler; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "common/core/error.h"
#include "common/egress/audit.h"
#include "common/runtime/handler.h"
#include "common/sandbox/sandbox.h"
#include "common/telemetry/metrics.h"

namespace argosy::testing {

class TestingMetrics {
 public:
  explicit TestingMetrics(telemetry::Metrics& metrics);

  void escaped() { escapes_.add(); }
  // Of every program that was run in a sandbox, or could not be.
  void ran(const Result<sandbox::Finished>& done);
  // Of every connection of a set-up to the egress proxy, and of those beyond what is told one by one, which were refused.
  void connected(const egress::AuditEvent& event);
  void refused_unseen(std::int64_t count);
  // Of every step of kind "test": the gates stand in its output, or in the details of its error.
  void examined(const Result<runtime::StepResult>& done);

 private:
  telemetry::Metrics& metrics_;
  telemetry::Counter &escapes_, &allowed_;
  std::map<std::string, telemetry::Counter*, std::less<>> refused_;  // by reason; all there from the start, and "other"
};

// "ok", "failed" (another exit code), "timed_out", "out_of_memory", "out_of_disk", "cancelled", "forbidden_call" or "unavailable".
std::string_view outcome_of(const Result<sandbox::Finished>& done);

}  // namespace argosy::testing
