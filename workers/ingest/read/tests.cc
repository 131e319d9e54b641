#include "workers/ingest/read/tests.h"

#include <algorithm>
#include <array>
#include <limits>

#include "common/core/text.h"
#include "common/store/test_results.h"
#include "workers/ingest/edge/query.h"
#include "workers/ingest/read/tasks.h"

namespace argosy::ingest {
namespace {

constexpr std::string_view kTestList = "tests";
constexpr std::array<std::string_view, 4> kOutcomes{"passed", "failed", "errored", "skipped"};
constexpr std::int64_t kDefaultCases = 100;
constexpr std::int64_t kMaxCases = 1'000;  // of one answer

json::Value text_or_null(const std::string& text) { return text.empty() ? json::Value() : json::Value(text); }

json::Value run_json(const store::TestRun& run) {
  const auto& counts = run.counts;
  return json::Object{{"step", int{run.step}},         {"attempt", int{run.attempt}},       {"superseded", run.superseded},
                      {"framework", counts.framework}, {"command", counts.command},         {"passed", counts.passed},
                      {"failed", counts.failed},       {"errors", counts.errors},           {"skipped", counts.skipped},
                      {"flaky", counts.flaky},         {"duration_ms", counts.duration_ms}, {"cases", counts.cases_seen},
                      {"cases_kept", run.kept}};
}

json::Value case_json(const store::TestCaseRow& row) {
  const auto& one = row.what;
  return json::Object{{"step", int{row.step}},
                      {"attempt", int{row.attempt}},
                      {"n", std::int64_t{row.n}},
                      {"suite", text_or_null(one.suite)},
                      {"name", one.name},
                      {"classname", text_or_null(one.classname)},
                      {"file", text_or_null(one.file)},
                      {"line", one.line == 0 ? json::Value() : json::Value(one.line)},
                      {"status", one.outcome},
                      {"duration_ms", one.duration_ms},
                      {"message", text_or_null(one.message)},
                      {"flaky", one.flaky},
                      {"failed_before", one.failed_before}};
}

// A position is "step/n".
void read_position(QueryReader& query, store::TestFilter& filter) {
  const auto position = query.cursor(kTestList);
  if (position.empty()) return;
  const auto parts = text::split(position, '/');
  const auto step = text::to_int(parts.front()), n = text::to_int(parts.back());
  if (parts.size() != 2 || !step || !n || *step < 0 || *step > std::numeric_limits<std::int16_t>::max() || *n < 0 ||
      *n > std::numeric_limits<std::int32_t>::max())
    return query.fail_cursor();
  filter.after_step = static_cast<std::int16_t>(*step);
  filter.after_n = static_cast<std::int32_t>(*n);
}

}  // namespace

http::Response list_tests(Service& service, const Call& call) {
  INGEST_TRY(const TaskId id, task_id_of(call));
  QueryReader query(call.request);
  store::TestFilter filter;
  if (const auto status = query.text("status")) {
    filter.outcome = *status;
    if (std::ranges::find(kOutcomes, *status) == kOutcomes.end())
      query.fail("parameter_invalid", "status must be passed, failed, errored or skipped.");
  }
  const auto limit = query.integer("limit", 1, kMaxCases).value_or(kDefaultCases);
  read_position(query, filter);
  if (query.refusal()) return respond(*query.refusal());

  filter.limit = static_cast<int>(limit) + 1;  // one more tells whether there is a next page
  INGEST_TRY(auto page, store::read_test_results(service.db, call.caller.org, id, filter));
  if (!page) return respond(task_not_found(id));
  json::Value next =
      end_page(page->cases, limit, kTestList, [](const auto& one) { return std::to_string(one.step) + "/" + std::to_string(one.n); });
  json::Array runs, cases;
  for (const auto& run : page->runs) runs.push_back(run_json(run));
  for (const auto& row : page->cases) cases.push_back(case_json(row));
  return http::json_response(200, json::Object{{"runs", std::move(runs)}, {"cases", std::move(cases)}, {"next_cursor", std::move(next)}});
}

}  // namespace argosy::ingest
