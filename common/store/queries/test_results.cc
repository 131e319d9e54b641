#include "common/store/test_results.h"

#include <span>

#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"

namespace argosy::store {
namespace {

// One call takes at most this many rows and bytes of messages: it must stay far below the statement's time-out.
constexpr std::size_t kMaxRowsACall = 2'000, kMaxBytesACall = 1u << 20;

Params of_attempt(const StepRef& step, std::int16_t attempt, std::int64_t lease_epoch) {
  Params params;
  params.add(step.task.uuid).add(step.ordinal).add(attempt).add(lease_epoch);
  return params;
}

std::size_t weight(const tasks::TestCase& one) {
  return one.message.size() + one.name.size() + one.suite.size() + one.classname.size() + one.file.size();
}

Params case_params(Params params, std::size_t first, std::span<const tasks::TestCase> cases) {
  BinaryNumbers<bool> flaky, failed_before;
  BinaryNumbers<std::int32_t> line;
  BinaryNumbers<std::int64_t> duration;
  BinaryTexts outcome, suite, name, classname, file, message;
  for (const auto& one : cases) {
    flaky.add(one.flaky);
    failed_before.add(one.failed_before);
    line.add(one.line);
    duration.add(one.duration_ms);
    outcome.add(one.outcome);
    suite.add(one.suite);
    name.add(one.name);
    classname.add(one.classname);
    file.add(one.file);
    message.add(one.message);
  }
  params.add(first).add(flaky, failed_before, line, duration, outcome, suite, name, classname, file, message);
  return params;
}

TestRun run_from(const Row& row) {
  return {.step = static_cast<std::int16_t>(int_from(row[0])),
          .attempt = static_cast<std::int16_t>(int_from(row[1])),
          .superseded = bool_from(row[2]),
          .counts = {.framework = text_from(row[3]),
                     .command = text_from(row[4]),
                     .passed = int_from(row[5]),
                     .failed = int_from(row[6]),
                     .errors = int_from(row[7]),
                     .skipped = int_from(row[8]),
                     .flaky = int_from(row[9]),
                     .duration_ms = int_from(row[10]),
                     .cases_seen = int_from(row[11])},
          .kept = int_from(row[12])};
}

TestCaseRow case_from(const Row& row) {
  return {.step = static_cast<std::int16_t>(int_from(row[0])),
          .attempt = static_cast<std::int16_t>(int_from(row[1])),
          .n = static_cast<std::int32_t>(int_from(row[2])),
          .what = {.suite = text_from(row[8]),
                   .name = text_from(row[9]),
                   .classname = text_from(row[10]),
                   .file = text_from(row[11]),
                   .line = int_from(row[6]),
                   .outcome = text_from(row[3]),
                   .duration_ms = int_from(row[7]),
                   .message = text_from(row[12]),
                   .flaky = bool_from(row[4]),
                   .failed_before = bool_from(row[5])}};
}

}  // namespace

Result<bool> put_test_results(Database& db, const StepRef& step, std::int16_t attempt, std::int64_t lease_epoch,
                              const tasks::TestResults& results) {
  Params head = of_attempt(step, attempt, lease_epoch);
  head.text(results.framework).text(results.command).add(results.passed).add(results.failed).add(results.errors).add(results.skipped);
  head.add(results.flaky).add(results.duration_ms).add(results.cases_seen);
  ARGOSY_TRY(const auto begun, call(db, "put_test_run", head));
  if (!bool_from(begun[0][0])) return false;
  const std::span all(results.cases);
  for (std::size_t from = 0; from < all.size();) {
    std::size_t count = 0, bytes = 0;
    while (from + count < all.size() && count < kMaxRowsACall && (count == 0 || bytes + weight(all[from + count]) <= kMaxBytesACall))
      bytes += weight(all[from + count++]);
    ARGOSY_TRY(const auto rows,
               call(db, "put_test_cases", case_params(of_attempt(step, attempt, lease_epoch), from + 1, all.subspan(from, count))));
    if (!bool_from(rows[0][0])) return false;
    from += count;
  }
  return true;
}

Result<std::optional<TestPage>> read_test_results(Database& db, const OrgId& org, const TaskId& task, const TestFilter& filter) {
  ARGOSY_TRY(const auto runs, call(db, "list_test_runs", Params().add(org.uuid).add(task.uuid)));
  if (runs.empty()) return std::nullopt;
  TestPage page;
  for (const auto& row : runs)
    if (!row[0].is_null()) page.runs.push_back(run_from(row));
  if (page.runs.empty()) return page;
  Params params;
  params.add(task.uuid).add(filter.after_step).add(filter.after_n).text(filter.outcome).add(filter.limit);
  ARGOSY_TRY(const auto cases, call(db, "list_test_cases", params));
  for (const auto& row : cases) page.cases.push_back(case_from(row));
  return page;
}

}  // namespace argosy::store
