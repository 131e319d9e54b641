// What the runs of the change and of its base commit mean together. Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/core/error.h"
#include "common/tasks/payloads.h"
#include "workers/testing/gates/gate.h"
#include "workers/testing/runs/plan.h"
#include "workers/testing/runs/test_run.h"

namespace argosy::testing {

// A red run asks for one of the base commit. A run that was cut short does not: it says nothing about single tests.
bool needs_base_run(const TestRun& change);

// `base` when it was run. The output of a green step, else (C) tests_failed, tests_timed_out, tests_out_of_memory; (B) no_tests_found,
// tests_do_not_run. A failing test that failed on the base commit too does not count against the change.
Result<tasks::TestOutput> judge(const Plan& plan, const TestRun& change, const std::optional<TestRun>& base);

// What such an error (C) says as a finding of the gate "tests".
Finding finding_of(const Error& error);

// The output without a verdict: for a tests gate that only warns, or stops the change.
tasks::TestOutput summary(const Plan& plan, const TestRun& change);

// The artifact: {framework, command, counts, cases}, bounded.
std::string report_json(const Plan& plan, const TestRun& run);

}  // namespace argosy::testing
