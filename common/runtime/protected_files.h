// A handler's look at whether what a model changed may be changed by one. Any thread.
#pragma once

#include <algorithm>
#include <vector>

#include "common/runtime/handler.h"
#include "common/tasks/guards/protected_files.h"

namespace argosy::runtime {

// What people have answered to the task, wherever it was asked.
inline std::vector<tasks::Answer> answers_of(const Step& step) {
  auto answers = step.task.answers;
  answers.insert(answers.end(), step.answers.begin(), step.answers.end());
  return answers;
}

// Errors (B): protected_file.
inline Result<void> check_protected(const Step& step, const std::vector<tasks::TouchedFile>& touched) {
  return tasks::check_protected(touched, answers_of(step));
}

// The step's result because of a protected_file: the question, or the error once somebody has answered and not approved.
inline Result<StepResult> ask_for_protected(const Step& step, const Error& because) {
  const auto answers = answers_of(step);
  if (std::ranges::find(answers, tasks::kProtectedFilesQuestion, &tasks::Answer::name) != answers.end()) return std::unexpected(because);
  StepResult result;
  result.question = tasks::ask_for_protected(because);
  return result;
}

}  // namespace argosy::runtime
