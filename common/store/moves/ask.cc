#include "common/store/internal/call.h"
#include "common/store/internal/told.h"
#include "common/store/moves/rare_ends.h"

namespace argosy::store {
namespace {

constexpr Places kPlaces{"ask.before", "ask.after"};

// The five columns of an error; empty ones become NULL.
void add_error(Params& params, const std::optional<Error>& error) {
  const Error known = error.value_or(Error{.category = Category::needs_user, .code = {}, .message = {}, .hint = {}});
  params.text(error ? std::string(1, letter(known.category)) : "")
      .text(known.code)
      .text(known.message)
      .text(known.hint)
      .text(known.details);
}

}  // namespace

Result<Finished> ask_call(Database& db, const WorkerId& worker, const FinishedStep& step) {
  const tasks::Question& question = *step.question;
  ArrayText types, data;
  for (const auto& event : step.events) {
    types.text(event.type);
    data.text(event.data);
  }
  Params params;
  params.add(worker.uuid).add(step.ref.task.uuid).add(step.ref.ordinal).add(step.lease_epoch);
  params.text(question.name).text(question.type).text(question.description).add(step.answer_within.count());
  add_error(params, question.because);
  params.add(step.started_at).add(step.finished_at).add(std::move(types)).add(std::move(data));
  ARGOSY_TRY(const auto rows, call(db, "ask", params, kPlaces));
  Told told = told_from(rows);
  Finished finished;
  for (const auto& answer : told.answers) finished.accepted.emplace_back(StepRef{answer.task, answer.ordinal}, answer.n);
  finished.ready = std::move(told.ready);
  finished.events = std::move(told.events);
  return finished;
}

}  // namespace argosy::store
