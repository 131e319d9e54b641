// One run of a plan in the sandbox, read into a report. Blocking; any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/reports/report.h"
#include "common/sandbox/sandbox.h"
#include "workers/testing/plan.h"

namespace argosy::testing {

struct RunOptions {
  sandbox::Class sandbox = sandbox::Class::bwrap;
  sandbox::Limits limits{};
  std::vector<std::string> test_paths{};
  std::function<void(std::string_view)> log{};
  std::function<bool()> cancelled{};
};

struct TestRun {
  reports::Report report;  // an empty format: nothing was understood
  std::string tail;        // the last of the output, made presentable
  int exit_code = 0;
  bool timed_out = false, out_of_memory = false, cancelled = false;
  std::int64_t duration_ms = 0;
  bool found_none = false;  // the tool itself said that there are no tests
};

// `folder` holds the tree as "workspace"; scratch space is made beside it. Errors: tool_missing (B) with what and how to get it,
// and those of the sandbox.
Result<TestRun> run_tests(const Plan& plan, const std::filesystem::path& folder, const RunOptions& options);

}  // namespace argosy::testing
