// Steps that a task gets while it runs, as the moves take them: a column for each property. Internal to the room; values.
#pragma once

#include <vector>

#include "common/store/internal/params.h"
#include "common/tasks/step.h"

namespace argosy::store {

struct StepColumns {
  ArrayText ordinal, queue, kind, title, payload, depends_on, parents, successors, inputs;  // what every move begins with, in this order
  ArrayText on_task_end, time_limit;

  // `siblings`: all that are added at once, the step among them.
  void add(const tasks::NewStep& step, const std::vector<tasks::NewStep>& siblings);
  // The first nine, which are gone then.
  void give_to(Params& params);
};

}  // namespace argosy::store
