#include "common/store/moves/step_columns.h"

#include "common/store/moves/edges.h"

namespace argosy::store {

void StepColumns::add(const tasks::NewStep& step, const std::vector<tasks::NewStep>& siblings) {
  ordinal.add(step.ordinal);
  queue.add(static_cast<int>(step.queue));
  kind.add(step.kind);
  title.add(step.title);
  payload.add(step.payload);
  depends_on.add(small_array(step.depends_on));
  parents.add(small_array(parents_outside(siblings, step)));
  successors.add(small_array(successors_among(siblings, step.ordinal)));
  inputs.add(small_array(step.inputs));
  on_task_end.add(step.on_task_end);
  time_limit.add(step.time_limit.value_or(tasks::kStepTimeLimit).count());
}

void StepColumns::give_to(Params& params) { params.add(ordinal, queue, kind, title, payload, depends_on, parents, successors, inputs); }

}  // namespace argosy::store
