// What is run beside the tests: linters, formatters, benchmarks; and the coverage that a test run left. Blocking, one thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/project/project.h"
#include "common/reports/coverage/coverage.h"
#include "common/reports/lint/lint.h"
#include "workers/testing/runs/stage.h"

namespace argosy::testing {

// After a run of component.coverage: what its report says, with the tree's own paths. `files` are all of the tree, sorted. Nothing when
// there is none that can be read.
std::optional<reports::Coverage> read_coverage(const project::Component& component, const Stage& stage,
                                               const std::vector<std::string>& files);

// All linters of the component, on the whole component or on `changed` (paths from the root; those that are not in the tree are left out).
// Nothing when none ran. Errors: those of the sandbox.
Result<std::optional<reports::LintReport>> run_lint(const project::Component& component, const Stage& stage,
                                                    const std::vector<std::string>& changed);

// Lets the component's formatters rewrite `changed` in the stage's tree. What went wrong, in words; empty: nothing. Errors: those of the
// sandbox.
Result<std::string> run_format(const project::Component& component, const Stage& stage, const std::vector<std::string>& changed);

// What the benchmark wrote to $ARGOSY_REPORT_DIR/bench.json; empty: nothing. Errors: those of the sandbox.
Result<std::string> run_bench(const project::Component& component, const Stage& stage);

}  // namespace argosy::testing
