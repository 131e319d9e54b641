#include "tests/bench/worker/pass_on.h"

#include <poll.h>

#include "tests/bench/load/task_shapes.h"

namespace argosy::bench {
namespace {

constexpr std::int16_t kFirstAdded = 100;  // as the planning worker's
constexpr int kAskEveryMs = 50;            // a step that holds asks so often whether it should stop

}  // namespace

Result<runtime::StepResult> PassOn::run(const runtime::Step& step, runtime::StepContext& context) {
  // Came over HTTP with its plan only, and grows as production's tasks do.
  if (step.kind == "plan") return runtime::StepResult{.output = result_of(step.task.prompt), .added = rest_of_chain(0, kFirstAdded)};
  for (const auto& [ordinal, result] : step.inputs) {
    if (result.size() != kResultBytes) return fail_code("bench_input_lost", "the result of the step before did not arrive");
  }
  if (step.kind == kFailsOnce && step.attempt == 1) return fail_transient("bench_fails_once", "the first attempt fails");
  while (holds_ && step.kind == kHolds && !context.cancelled()) ::poll(nullptr, 0, kAskEveryMs);
  return runtime::StepResult{.output = result_of(step.task.prompt)};
}

}  // namespace argosy::bench
