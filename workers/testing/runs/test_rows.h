// What a run of tests found, as the rows that clients read. Pure, any thread.
#pragma once

#include <optional>

#include "common/tasks/testing/test_results.h"
#include "workers/testing/runs/plan.h"
#include "workers/testing/runs/test_run.h"

namespace argosy::testing {

// `base` when the base commit was run too: what fails there as well, failed before.
tasks::TestResults rows_of(const Plan& plan, const TestRun& run, const std::optional<TestRun>& base);

}  // namespace argosy::testing
