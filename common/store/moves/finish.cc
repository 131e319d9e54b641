#include <algorithm>
#include <iterator>

#include "common/core/redact.h"
#include "common/core/text.h"
#include "common/store/moves/edges.h"
#include "common/store/moves/finish_call.h"
#include "common/store/moves/rare_ends.h"
#include "common/tasks/step.h"

namespace argosy::store {
namespace {

// One call takes at most this many steps and bytes: a batch must stay far below the statement's time-out.
constexpr std::size_t kMaxBatch = 256, kMaxBatchBytes = 1u << 20;
// Of a reason that is kept for a step whose finish the database refused.
constexpr std::size_t kMaxReason = 500;
constexpr std::string_view kBoundsPassed = "task_bounds_passed";

// Cycles cannot be found by the rows (each edge is fine alone) and would never become ready. What an added step may hang on beside its
// siblings is checked by the database.
Result<void> check_added(const FinishedStep& step) {
  if (!step.detour.empty()) return tasks::check_detour(step.detour);
  if (step.added.empty()) return {};
  std::vector<std::int16_t> assumed;
  for (const tasks::NewStep& added : step.added) std::ranges::copy(parents_outside(step.added, added), std::back_inserter(assumed));
  std::ranges::sort(assumed);
  assumed.erase(std::ranges::unique(assumed).begin(), assumed.end());
  return tasks::check_dag(step.added, assumed);
}

// The database refuses what this batch says, and would again.
bool is_condemned(const Error& error) { return error.code == "database_rejected" || error.code == kBoundsPassed; }

// The step that the database refuses, alone: it becomes `failed` with the reason, and nothing of what it said is written.
Result<Finished> fail_alone(Database& db, const WorkerId& worker, const FinishedStep& step, const Error& why) {
  const Error reason = why.code == kBoundsPassed ? why
                                                 : Error{.category = Category::code_logic,
                                                         .code = "result_rejected",
                                                         .message = text::ellipsize(redact(why.message), kMaxReason),
                                                         .hint = "the step's result cannot be stored: this is a bug of its handler"};
  const FinishedStep failed{.ref = step.ref,
                            .lease_epoch = step.lease_epoch,
                            .outcome = FinishedStep::Outcome::failed,
                            .output = {},
                            .error = reason,
                            .started_at = step.started_at,
                            .finished_at = step.finished_at,
                            .traceparent = step.traceparent};
  const FinishedStep* const one = &failed;
  ARGOSY_TRY(auto finished, finish_call(db, worker, FinishedSteps(&one, 1)));
  if (!finished.accepted.empty()) finished.poisoned.emplace_back(step.ref, reason);
  finished.accepted.clear();
  return finished;
}

// Those that are rare, and calls of their own.
Result<Finished> alone(Database& db, const WorkerId& worker, const FinishedStep& step) {
  auto finished = step.question ? ask_call(db, worker, step) : detour_call(db, worker, step);
  if (!finished && is_condemned(finished.error())) return fail_alone(db, worker, step, finished.error());
  return finished;
}

// Halves a batch until what is refused stands alone. Depth: log2 of kMaxBatch.
Result<Finished> finish_part(Database& db, const WorkerId& worker, FinishedSteps steps) {
  auto finished = finish_call(db, worker, steps);
  if (finished) return finished;
  const bool condemned = is_condemned(finished.error());
  if (!condemned && finished.error().code != "database_timeout") return finished;
  if (steps.size() == 1) return condemned ? fail_alone(db, worker, *steps[0], finished.error()) : finished;
  const std::size_t half = steps.size() / 2;
  ARGOSY_TRY(auto all, finish_part(db, worker, steps.first(half)));
  ARGOSY_TRY(auto rest, finish_part(db, worker, steps.subspan(half)));
  append(all, std::move(rest));
  return all;
}

}  // namespace

Result<Finished> finish(Database& db, const WorkerId& worker, FinishedSteps steps) {
  Finished all;
  std::vector<const FinishedStep*> sound;
  sound.reserve(steps.size());
  for (const FinishedStep* step : steps) {
    if (const auto checked = check_added(*step); !checked) {
      ARGOSY_TRY(auto part, fail_alone(db, worker, *step, checked.error()));
      append(all, std::move(part));
    } else if (step->question || !step->detour.empty()) {
      ARGOSY_TRY(auto part, alone(db, worker, *step));
      append(all, std::move(part));
    } else {
      sound.push_back(step);
    }
  }
  for (std::size_t from = 0; from < sound.size();) {
    std::size_t count = 0, bytes = 0;
    while (from + count < sound.size() && count < kMaxBatch && (count == 0 || bytes + weight(*sound[from + count]) <= kMaxBatchBytes))
      bytes += weight(*sound[from + count++]);
    ARGOSY_TRY(auto part, finish_part(db, worker, FinishedSteps(sound).subspan(from, count)));
    append(all, std::move(part));
    from += count;
  }
  return all;
}

Result<Finished> finish(Database& db, const WorkerId& worker, const std::vector<FinishedStep>& steps) {
  std::vector<const FinishedStep*> all;
  for (const FinishedStep& step : steps) all.push_back(&step);
  return finish(db, worker, FinishedSteps(all));
}

}  // namespace argosy::store
