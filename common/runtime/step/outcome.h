// What a handler's answer means for its step: the one place where an error's category becomes an outcome. Pure, any thread.
#pragma once

#include <string>
#include <vector>

#include "common/runtime/handler.h"
#include "common/store/moves.h"
#include "common/tasks/retry_policy.h"

namespace argosy::runtime {

struct Attempt {
  StepRef ref;
  std::int64_t lease_epoch = 0;
  std::int16_t attempt = 1;
  std::int16_t forgiven = 0;  // of those before it, what does not count against the budget
  bool drained = false;       // it was asked to stop because the process ends
  std::vector<tasks::NewEvent> events;
  std::chrono::milliseconds time_limit = tasks::kStepTimeLimit;  // of the steps that it adds, unless they name their own
  std::chrono::milliseconds answer_within{};                     // of its question
  UnixMillis started_at = 0, finished_at = 0;
  std::string traceparent{};
};

// A success stands even when it was asked to stop; an error of a drained attempt hands the step back, which costs nothing. `random` is
// uniform in [0, 1), for the jitter.
store::FinishedStep finished_step(Attempt attempt, Result<StepResult> result, const tasks::RetryPolicy& policy, double random);
store::FinishedStep handed_back(const StepRef& ref, std::int64_t lease_epoch);

std::string_view to_string(store::FinishedStep::Outcome outcome);

}  // namespace argosy::runtime
