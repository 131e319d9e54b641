#include "workers/testing/runs/test_rows.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace argosy::testing {
namespace {

constexpr double kMaxDuration = 1e9;  // seconds; what a report says may be anything

std::int64_t milliseconds(double seconds) {
  return std::isfinite(seconds) && seconds > 0 ? std::llround(std::min(seconds, kMaxDuration) * 1000) : 0;
}

}  // namespace

tasks::TestResults rows_of(const Plan& plan, const TestRun& run, const std::optional<TestRun>& base) {
  const auto counts = run.report.counts();
  tasks::TestResults results{.framework = plan.framework,
                             .command = plan.command,
                             .passed = counts.passed,
                             .failed = counts.failed,
                             .errors = counts.errors,
                             .skipped = counts.skipped,
                             .flaky = static_cast<std::int64_t>(run.flaky.size()),
                             .duration_ms = run.duration_ms,
                             .cases_seen = static_cast<std::int64_t>(run.report.cases.size())};
  const std::set<std::string> flaky(run.flaky.begin(), run.flaky.end());
  const auto known = base ? base->report.failing() : std::vector<std::string>{};
  const std::set<std::string> before(known.begin(), known.end());
  for (const auto& one : run.report.cases) {
    const bool failed = one.outcome == reports::Outcome::failed || one.outcome == reports::Outcome::errored;
    results.cases.push_back({.suite = one.suite,
                             .name = one.name,
                             .classname = one.classname,
                             .file = one.file,
                             .line = one.line,
                             .outcome = std::string(reports::to_string(one.outcome)),
                             .duration_ms = milliseconds(one.duration_s),
                             .message = one.message,
                             .flaky = flaky.contains(one.id()),
                             .failed_before = failed && before.contains(one.id())});
  }
  return results;
}

}  // namespace argosy::testing
