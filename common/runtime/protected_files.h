// A handler's look at whether what a model changed may be changed by one. Any thread.
#pragma once

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
inline Result<void> check_protected(const Step& step, const std::vector<tasks::TouchedFile>& touched,
                                    const std::vector<tasks::Paths>& granted) {
  return tasks::check_protected(touched, answers_of(step), granted);
}

// The step's result because of a protected_file: the question, or the error once somebody has answered and not approved.
inline Result<StepResult> ask_for_protected(const Step& step, const Error& because) {
  if (tasks::protected_files_answer(tasks::files_of_protected(because), answers_of(step)) != nullptr) return std::unexpected(because);
  StepResult result;
  result.question = tasks::ask_for_protected(because);
  return result;
}

}  // namespace argosy::runtime
