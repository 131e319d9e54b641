// What a step is, between the plan that makes it and the handler that runs it. The payloads of the kinds of steps stand in
// payloads.h. Values, any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/tasks/queue.h"

namespace argosy::tasks {

// A running step that takes longer has failed, whoever runs it. For steps that nobody gave a limit; ingest and the worker loop give
// ARGOSY_STEP_DEADLINE_MS to those that do not name their own.
inline constexpr std::chrono::milliseconds kStepTimeLimit = std::chrono::hours{1};

// A step to be added to a task's DAG. Ordinals are chosen by who adds it and must be new to the task; that makes a repeated add the same
// write.
struct NewStep {
  std::int16_t ordinal = 0;
  Queue queue = Queue::planning;
  std::string kind;                        // "plan", "change", "test", "fix", "push", "notify"
  std::string title;                       // for people: "rename_symbol read_text -> read_string"
  std::string payload;                     // JSON, see payloads.h
  std::vector<std::int16_t> depends_on{};  // runs when all of these have succeeded
  std::vector<std::int16_t> inputs{};      // whose outputs the handler receives, in this order; need not be direct predecessors
  bool on_task_end = false;                // runs when the task is terminal, whatever the end is; has no predecessors
  std::optional<std::chrono::milliseconds> time_limit{};  // of one attempt
};

// A step that is ready and about to be announced: what a dispatch message is made of.
struct ReadyStep {
  StepRef ref;
  Queue queue = Queue::planning;
  Lane lane = Lane::normal;
  std::string traceparent;  // W3C, of the task's request
};

// Limits of a DAG; checked by check_dag.
inline constexpr std::size_t kMaxStepsPerTask = 512;

// Errors (B): dag_cycle, dag_unknown_dependency, dag_duplicate_ordinal, dag_too_large. `existing` are the ordinals that the task already
// has.
Result<void> check_dag(const std::vector<NewStep>& added, const std::vector<std::int16_t>& existing);

// A detour: what must be done before the steps behind one that has ended may go on. The last of its steps takes that one's place: what was
// blocked on it waits for the last step instead, and where it reads the outputs of the step, it also reads those that the detour's last
// step reads, and that step's own. Who adds a detour does not know which ordinals are free: it names the steps -1, -2, ... in `ordinal`,
// `depends_on` and `inputs`, and the database gives them the next ordinals of the task. Each hangs on earlier ones only.
// Errors (B): those of check_dag, but for the existing steps, which the database knows.
Result<void> check_detour(const std::vector<NewStep>& detour);

}  // namespace argosy::tasks
