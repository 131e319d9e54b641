#include "common/store/internal/call.h"
#include "common/store/internal/told.h"
#include "common/store/moves/rare_ends.h"
#include "common/store/moves/step_columns.h"

namespace argosy::store {
namespace {

constexpr Places kPlaces{"detour.before", "detour.after"};

void add_events(Params& params, const std::vector<tasks::NewEvent>& events) {
  BinaryTexts types, data;
  for (const auto& event : events) {
    types.add(event.type);
    data.add(event.data);
  }
  params.add(types, data);
}

void add_steps(Params& params, const std::vector<tasks::NewStep>& steps) {
  StepColumns columns;
  for (const auto& step : steps) columns.add(step, steps);
  columns.give_to(params);
  params.add(columns.time_limit);
}

}  // namespace

Result<Finished> detour_call(Database& db, const WorkerId& worker, const FinishedStep& step) {
  Params params;
  params.add(worker.uuid).add(step.ref.task.uuid).add(step.ref.ordinal).add(step.lease_epoch).text(step.output);
  params.add(step.started_at).add(step.finished_at);
  add_events(params, step.events);
  add_steps(params, step.detour);
  ARGOSY_TRY(const auto rows, call(db, "detour", params, kPlaces));
  Told told = told_from(rows);
  Finished finished;
  for (const auto& answer : told.answers) finished.accepted.emplace_back(StepRef{answer.task, answer.ordinal}, answer.n);
  finished.ready = std::move(told.ready);
  finished.events = std::move(told.events);
  // A repeat is told without them.
  for (auto& ready : finished.ready) ready.traceparent = step.traceparent;
  for (auto& event : finished.events) event.traceparent = step.traceparent;
  return finished;
}

}  // namespace argosy::store
