// What a worker is to its handler and the other way round. A step is begun on a slot's thread, and done there, or goes on without one while
// it waits for something; the handler sees no Kafka, no SQL, no retries. One handler object serves all slots of the process and must be
// thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/artifacts/artifact_store.h"
#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/tasks/checkpoint.h"
#include "common/tasks/constraints.h"
#include "common/tasks/events.h"
#include "common/tasks/payloads.h"
#include "common/tasks/queue.h"
#include "common/tasks/step.h"
#include "common/tasks/testing/test_results.h"

namespace argosy::runtime {

struct Step {
  StepRef ref;
  std::int64_t lease_epoch = 0;
  std::int16_t attempt = 1;
  tasks::Queue queue = tasks::Queue::planning;
  OrgId org;
  std::string kind, title, payload;
  tasks::TaskContext task;
  std::vector<std::pair<std::int16_t, std::string>> inputs;  // outputs of the steps asked for, in that order
  std::vector<tasks::Answer> answers{};                      // of people to this step's questions, in the order in which they came
  std::string traceparent;
  // Of the attempts before this one, those that a redrive or an answer took off the budget.
  std::int16_t forgiven = 0;
};

// The handler's way to the outside while it works: during run(), or until `done` was called. Thread-safe.
class StepContext {
 public:
  virtual ~StepContext() = default;
  // Numbered and published with the step's finish, in this order.
  virtual void emit(tasks::NewEvent event) = 0;
  // Streamed at once as an ephemeral event and kept (bounded) as the attempt's log artifact. Redacted here.
  virtual void log(std::string_view text) = 0;
  // True once the task was cancelled or the lease was lost: stop soon, the result is dropped.
  virtual bool cancelled() const = 0;
  // Requested when cancelled() becomes true, and when the process ends, for steps that wait without a thread. What hangs on it is called
  // with locks of the worker held: it must not block, nor ask this context anything.
  virtual std::stop_token stopping() const { return {}; }
  // True while a person holds the task back, as the last renewal told. The step may run on: what follows it waits. One that takes long
  // gives its slot back where it can go on later (StepResult::held).
  virtual bool paused() const { return false; }
  // What the task may touch, when people changed it after the step's claim (else Step::task says it): as the last renewal told, and as the
  // database says now. Before anything that cannot be undone only the latter will do. Errors: those of the database (A).
  virtual std::optional<tasks::Constraints> told_constraints() const { return std::nullopt; }
  virtual Result<std::optional<tasks::Constraints>> newest_constraints() { return std::nullopt; }
  // How many steps the task may still be given by one that can do without them, now; nothing: nobody bounds them. Errors: those of the
  // database (A).
  virtual Result<std::optional<std::int64_t>> room_to_grow() { return std::nullopt; }
  // What the plan forbids that this step makes, beside what the task forbids itself: at once, for all of its steps, in the place of what an
  // earlier attempt said, and as long as no other plan takes its place. Errors: those of the database, lease_lost (A),
  // too_many_constraints (B).
  virtual Result<void> constrain_by_plan(const tasks::Constraints& of_plan) {
    (void)of_plan;
    return fail_transient("not_supported", "nobody here can narrow what a task may touch");
  }
  // What the tests found, as rows that clients read: kept with the attempt, whatever becomes of it. The last call counts; bounded and
  // redacted here.
  virtual void keep_tests(tasks::TestResults) {}
  // What was done is kept, and another attempt goes on with it: a process that ends need not wait for this one.
  virtual void resumable() {}
  virtual artifacts::ArtifactStore& artifacts() = 0;
  virtual const Clock& clock() const = 0;
};

// A result with a question means: not done. The step waits, without a slot, until a person has answered, and then runs again; its answers
// are in Step::answers. A question that was answered must not be asked again under the same name. Whatever ends in an error of category B
// ends the task, unless its handler asks instead, with the error as the reason.
struct StepResult {
  std::string output = "{}";            // JSON (payloads.h)
  std::vector<tasks::NewStep> added{};  // new nodes of the task's DAG
  std::optional<tasks::Question> question{};
  std::vector<tasks::NewStep> detour{};  // come before what hangs on this step (tasks::check_detour); then `added` is empty
  bool held = false;  // not done: it runs again once its task is held back no more, and no attempt is spent. What it knows it has kept
};

// What came of a step, once, from any thread; never blocks. The context is not to be used afterwards. Dropped without a call it is an error
// of category A.
using StepDone = std::function<void(Result<StepResult>)>;

class Handler {
 public:
  virtual ~Handler() = default;
  // Begins a step, on a slot's thread, which is free for others when this returns; the step stays ours until `done`. By default all of it
  // happens here. An exception that escapes is the step's end, unless `done` was called before.
  virtual void start(std::shared_ptr<const Step> step, std::shared_ptr<StepContext> context, StepDone done) { done(run(*step, *context)); }
  // An Error's category decides what happens next; exceptions that escape count as category A.
  virtual Result<StepResult> run(const Step& step, StepContext& context) = 0;
  // Start-up probe: what is missing and what to do, else nothing. Asked once before the first claim and then for readiness.
  virtual std::optional<std::string> problem() { return std::nullopt; }
};

}  // namespace argosy::runtime
