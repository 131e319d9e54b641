// One run of a plan in the sandbox, read into a report. Blocking; any thread.
#pragma once

#include <string>
#include <vector>

#include "common/reports/report.h"
#include "workers/testing/runs/plan.h"
#include "workers/testing/runs/stage.h"

namespace argosy::testing {

struct TestRun {
  reports::Report report;  // an empty format: nothing was understood
  std::string tail;        // the last of the output, made presentable
  int exit_code = 0;
  bool timed_out = false, out_of_memory = false, out_of_disk = false, cancelled = false;
  std::int64_t duration_ms = 0;
  std::vector<std::string> flaky{};  // failed, and passed when run again alone: counted as passed
  std::string in_numbers() const;    // "3 passed, 0 failed, 1 skipped in 0.2 s"
  bool found_none = false;           // the tool itself said that there are no tests
};

// Whether everything is there that the plan needs. Errors: tool_missing (B) with what and how to get it, and those of the sandbox.
Result<void> check_needs(const Plan& plan, const Stage& stage);

// Errors: those of the sandbox.
Result<TestRun> run_tests(const Plan& plan, const Stage& stage);

}  // namespace argosy::testing
