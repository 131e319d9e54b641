// Results of tests as rows: written under the lease of the step that ran them, read by clients once a finish has closed it. Used by the
// worker loop and by ingest. Blocking, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/store/database.h"
#include "common/tasks/testing/test_results.h"

namespace argosy::store {

// Of an attempt that runs. False when its lease does not hold any more: what was written is never read. May be repeated.
Result<bool> put_test_results(Database& db, const StepRef& step, std::int16_t attempt, std::int64_t lease_epoch,
                              const tasks::TestResults& results);

struct TestRun {
  std::int16_t step = 0, attempt = 0;
  bool superseded = false;      // a rollback undid the step
  tasks::TestResults counts{};  // without cases
  std::int64_t kept = 0;        // cases that are rows
};
struct TestCaseRow {
  std::int16_t step = 0, attempt = 0;
  std::int32_t n = 0;
  tasks::TestCase what{};
};
struct TestPage {
  std::vector<TestRun> runs{};       // the newest of each step
  std::vector<TestCaseRow> cases{};  // of these, by step and n
};
struct TestFilter {
  std::string outcome{};         // empty: any
  std::int16_t after_step = -1;  // the position behind which the page begins
  std::int32_t after_n = 0;
  int limit = 50;
};
// Nothing when the organisation has no such task.
Result<std::optional<TestPage>> read_test_results(Database& db, const OrgId& org, const TaskId& task, const TestFilter& filter);

}  // namespace argosy::store
