#include "common/store/moves/finish_call.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "common/store/internal/call.h"
#include "common/store/internal/told.h"
#include "common/store/moves/step_columns.h"

namespace argosy::store {
namespace {

constexpr Places kPlaces{"finish.before", "finish.after"};

constexpr std::array<std::string_view, 4> kOutcomes{"succeeded", "failed", "retry", "handed_back"};

struct Arguments {
  BinaryUuids task;
  BinaryNumbers<std::int16_t> ordinal;
  BinaryNumbers<std::int64_t> epoch, retry_ms, started, finished;
  BinaryTexts outcome, output, code, message, hint, details, event_type, event_data;
  BinaryLetters category;
  BinaryNumbers<std::int32_t> event_of, added_by;
  StepColumns added;

  // Of a batch in which all succeeded the columns that only others need stay empty.
  explicit Arguments(bool all_succeeded) : all_succeeded(all_succeeded) {}
  const bool all_succeeded;

  void add(const FinishedStep& step, int place) {
    task.add(step.ref.task.uuid);
    ordinal.add(step.ref.ordinal);
    epoch.add(step.lease_epoch);
    outcome.add(kOutcomes[static_cast<std::size_t>(step.outcome)]);
    output.add(step.output);
    if (!all_succeeded) add_attempt(step);
    for (const tasks::NewEvent& event : step.events) {
      event_of.add(place);
      event_type.add(event.type);
      event_data.add(event.data);
    }
    for (const tasks::NewStep& one : step.added) {
      added_by.add(place);
      added.add(one, step.added);
    }
  }

  void add_attempt(const FinishedStep& step) {
    const auto& error = step.error;
    retry_ms.add(step.retry_in.count());
    started.add(step.started_at);
    finished.add(step.finished_at);
    if (!error) {
      category.null();
      for (BinaryTexts* column : {&code, &message, &hint, &details}) column->null();
      return;
    }
    category.add(letter(error->category));
    code.add(error->code);
    message.add(error->message);
    hint.add(error->hint);
    details.add(error->details);
  }

  Params params(const WorkerId& worker) && {
    Params params;
    params.add(worker.uuid);
    params.add(task, ordinal, epoch, outcome, output, category, code, message, hint, details, retry_ms, started, finished);
    params.add(event_of, event_type, event_data, added_by);
    added.give_to(params);
    params.add(added.on_task_end, added.time_limit);
    return params;
  }
};

// The traceparents that the caller knows, by task.
class Traceparents {
 public:
  explicit Traceparents(FinishedSteps steps) {
    known_.reserve(steps.size());
    for (const FinishedStep* step : steps) known_.emplace_back(step->ref.task, step->traceparent);
    std::ranges::sort(known_);
  }
  std::string_view of(const TaskId& task) const {
    const auto at = std::ranges::lower_bound(known_, task, {}, &Known::first);
    return at != known_.end() && at->first == task ? at->second : std::string_view();
  }

 private:
  using Known = std::pair<TaskId, std::string_view>;
  std::vector<Known> known_;
};

template <class T>
void append_all(std::vector<T>& all, std::vector<T>&& part) {
  if (all.empty())
    all = std::move(part);
  else
    std::ranges::move(part, std::back_inserter(all));
}

// Adds what was told.
void take(Finished& finished, Told told, FinishedSteps steps) {
  const Traceparents traceparents(steps);
  for (auto& step : told.ready) step.traceparent = traceparents.of(step.ref.task);
  for (auto& event : told.events) event.traceparent = traceparents.of(event.task);
  for (const auto& answer : told.answers) finished.accepted.emplace_back(StepRef{answer.task, answer.ordinal}, answer.n);
  append_all(finished.ready, std::move(told.ready));
  append_all(finished.events, std::move(told.events));
}

bool has_succeeded(const FinishedStep* step) { return step->outcome == FinishedStep::Outcome::succeeded; }

bool is_plain(const FinishedStep* step) { return has_succeeded(step) && step->added.empty() && step->events.empty(); }

// The way of most batches: finish_succeeded_v1.
Result<Finished> finish_succeeded(Database& db, FinishedSteps steps) {
  BinaryUuids task;
  BinaryNumbers<std::int16_t> ordinal;
  BinaryNumbers<std::int64_t> epoch;
  BinaryTexts output;
  for (const FinishedStep* step : steps) {
    task.add(step->ref.task.uuid);
    ordinal.add(step->ref.ordinal);
    epoch.add(step->lease_epoch);
    output.add(step->output);
  }
  Params params;
  params.add(task, ordinal, epoch, output);
  ARGOSY_TRY(const auto rows, call(db, "finish_succeeded", params, kPlaces, Answer::binary));
  Told told = told_from(rows);
  Finished finished;
  finished.accepted.reserve(steps.size());
  if (told.all)
    for (const FinishedStep* step : steps) finished.accepted.emplace_back(step->ref, step->lease_epoch);
  take(finished, std::move(told), steps);
  return finished;
}

Result<Finished> finish_any(Database& db, const WorkerId& worker, FinishedSteps steps) {
  Arguments arguments(std::ranges::all_of(steps, has_succeeded));
  int place = 0;
  for (const FinishedStep* step : steps) arguments.add(*step, ++place);
  ARGOSY_TRY(const auto rows, call(db, "finish", std::move(arguments).params(worker), kPlaces, Answer::binary));
  Finished finished;
  take(finished, told_from(rows), steps);
  return finished;
}

}  // namespace

void append(Finished& all, Finished part) {
  append_all(all.accepted, std::move(part.accepted));
  append_all(all.poisoned, std::move(part.poisoned));
  append_all(all.ready, std::move(part.ready));
  append_all(all.events, std::move(part.events));
}

std::size_t weight(const FinishedStep& step) {
  std::size_t bytes = step.output.size();
  for (const auto& event : step.events) bytes += event.type.size() + event.data.size();
  for (const auto& added : step.added) bytes += added.kind.size() + added.title.size() + added.payload.size();
  if (step.error) bytes += step.error->message.size() + step.error->details.size();
  return bytes;
}

Result<Finished> finish_call(Database& db, const WorkerId& worker, FinishedSteps steps) {
  if (!std::ranges::all_of(steps, is_plain)) return finish_any(db, worker, steps);
  ARGOSY_TRY(auto finished, finish_succeeded(db, steps));
  if (finished.accepted.size() == steps.size()) return finished;
  // What is left over was accepted before, has lost its lease, or is of a batch that is not for the short way.
  std::vector<const FinishedStep*> rest;
  for (const FinishedStep* step : steps)
    if (std::ranges::find(finished.accepted, std::pair{step->ref, step->lease_epoch}) == finished.accepted.end()) rest.push_back(step);
  ARGOSY_TRY(auto others, finish_any(db, worker, rest));
  append(finished, std::move(others));
  return finished;
}

}  // namespace argosy::store
