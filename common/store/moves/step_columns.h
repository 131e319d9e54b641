// Steps that a task gets while it runs, as the moves take them: a column for each property. Internal to the room; values.
#pragma once

#include <vector>

#include "common/store/internal/params.h"
#include "common/tasks/step.h"

namespace argosy::store {

struct StepColumns {
  BinaryNumbers<std::int16_t> ordinal, queue;
  BinaryTexts kind, title, payload, depends_on, parents, successors, inputs;
  BinaryNumbers<bool> on_task_end;
  BinaryNumbers<std::int32_t> time_limit;

  // `siblings`: all that are added at once, the step among them.
  void add(const tasks::NewStep& step, const std::vector<tasks::NewStep>& siblings);
  // What every move begins with, ordinal to inputs; gone then.
  void give_to(Params& params);
};

}  // namespace argosy::store
