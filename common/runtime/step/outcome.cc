#include "common/runtime/step/outcome.h"

#include "common/core/redact.h"
#include "common/core/text.h"

namespace argosy::runtime {
namespace {

using Outcome = store::FinishedStep::Outcome;

// Bytes of what a person is asked.
constexpr std::size_t kMaxQuestionType = 64, kMaxQuestion = 8u << 10;

// Errors are shown to users and kept: no secret of a URL or a token passes.
Error redacted(Error error) {
  error.message = redact(error.message);
  error.hint = redact(error.hint);
  error.details = redact(error.details);
  return error;
}

tasks::Question presentable(tasks::Question question) {
  question.type = text::ellipsize(redact(question.type), kMaxQuestionType);
  question.description = text::ellipsize(redact(question.description), kMaxQuestion);
  if (question.because) question.because = redacted(std::move(*question.because));
  return question;
}

}  // namespace

store::FinishedStep finished_step(Attempt attempt, Result<StepResult> result, const tasks::RetryPolicy& policy, double random) {
  store::FinishedStep finished{.ref = attempt.ref,
                               .lease_epoch = attempt.lease_epoch,
                               .events = std::move(attempt.events),
                               .started_at = attempt.started_at,
                               .finished_at = attempt.finished_at,
                               .traceparent = std::move(attempt.traceparent)};
  if (result && result->question && !tasks::is_checkpoint_name(result->question->name))
    result = std::unexpected(Error{.category = Category::code_logic,
                                   .code = "checkpoint_unnamed",
                                   .message = "a question has no name that could stand in an address: " + result->question->name,
                                   .hint = {}});
  if (result && result->question) {
    finished.outcome = Outcome::asked;
    finished.question = presentable(std::move(*result->question));
    finished.answer_within = attempt.answer_within;
    return finished;
  }
  // The next attempt says its events again.
  if (result ? result->held : attempt.drained) {
    finished.outcome = Outcome::handed_back;
    finished.events.clear();
    return finished;
  }
  if (result) {
    finished.outcome = Outcome::succeeded;
    finished.output = std::move(result->output);
    finished.added = std::move(result->added);
    finished.detour = std::move(result->detour);
    for (auto* steps : {&finished.added, &finished.detour})
      for (auto& added : *steps) added.time_limit = added.time_limit.value_or(attempt.time_limit);
    return finished;
  }
  const auto wait = tasks::retry_delay(policy, result.error(), attempt.attempt - attempt.forgiven, random);
  finished.outcome = wait ? Outcome::retry : Outcome::failed;
  if (wait) finished.retry_in = *wait;
  finished.error = redacted(std::move(result.error()));
  finished.events.push_back(tasks::error_event(*finished.error, wait.has_value()));
  return finished;
}

store::FinishedStep handed_back(const StepRef& ref, std::int64_t lease_epoch) {
  return {.ref = ref, .lease_epoch = lease_epoch, .outcome = Outcome::handed_back};
}

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::succeeded:
      return "succeeded";
    case Outcome::failed:
      return "failed";
    case Outcome::retry:
      return "retry";
    case Outcome::handed_back:
      return "handed_back";
    case Outcome::asked:
      return "asked";
  }
  return "unknown";
}

}  // namespace argosy::runtime
