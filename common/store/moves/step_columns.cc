#include "common/store/moves/step_columns.h"

#include <utility>

#include "common/store/moves/edges.h"

namespace argosy::store {

void StepColumns::add(const tasks::NewStep& step, const std::vector<tasks::NewStep>& siblings) {
  ordinal.add(step.ordinal);
  queue.add(static_cast<int>(step.queue));
  kind.text(step.kind);
  title.text(step.title);
  payload.text(step.payload);
  depends_on.text(small_array(step.depends_on));
  parents.text(small_array(parents_outside(siblings, step)));
  successors.text(small_array(successors_among(siblings, step.ordinal)));
  inputs.text(small_array(step.inputs));
  on_task_end.add(step.on_task_end);
  time_limit.add(step.time_limit.value_or(tasks::kStepTimeLimit).count());
}

void StepColumns::give_to(Params& params) {
  for (ArrayText* column : {&ordinal, &queue, &kind, &title, &payload, &depends_on, &parents, &successors, &inputs})
    params.add(std::move(*column));
}

}  // namespace argosy::store
