#include "workers/notifications/task_summary.h"

namespace argosy::notifications {

TaskSummary summarise(const store::TaskView& task) {
  TaskSummary summary{.id = task.id,
                      .status = task.state,
                      .repository_id = task.repository_id,
                      .branch = {},
                      .commit = {},
                      .error = task.error,
                      .ended_at = task.finished_at};
  for (const auto& step : task.steps) {
    if (step.state != tasks::StepState::succeeded) continue;
    if (step.kind == "test") {
      if (const auto output = tasks::test_output_from(step.output)) summary.tests = output->tests;
    } else if (step.kind == "push") {
      if (const auto output = tasks::push_output_from(step.output)) {
        summary.branch = output->branch;
        summary.commit = output->commit;
      }
    }
  }
  return summary;
}

}  // namespace argosy::notifications
