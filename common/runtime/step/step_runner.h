// Has the handler begin one claimed step on a slot's thread, and turns what came of it, there and then or much later, into a finish: log,
// events, errors, exceptions.
#pragma once

#include <functional>
#include <memory>

#include "common/runtime/announcer.h"
#include "common/runtime/handler.h"
#include "common/runtime/loop/in_flight.h"
#include "common/runtime/loop/lease.h"
#include "common/runtime/step/log/log_pump.h"
#include "common/runtime/work_pool.h"
#include "common/tasks/retry_policy.h"

namespace argosy::runtime {

class RunningStep;

class StepRunner {
 public:
  struct Parts {
    Handler& handler;
    artifacts::ArtifactStore& artifacts;
    Announcer& announcer;
    const Lease& lease;
    const Clock& clock;
    tasks::RetryPolicy policy;
    std::chrono::milliseconds time_limit = tasks::kStepTimeLimit;  // of added steps
    std::chrono::milliseconds answer_within{};                     // of questions
    std::size_t max_log_bytes = 0;
    std::function<Result<std::optional<tasks::Constraints>>(const TaskId&)> newest_constraints;
    std::function<Result<std::int64_t>(const TaskId&)> room_to_grow{};
    std::function<Result<void>(const store::ClaimedStep&, const tasks::Constraints&)> constrain_by_plan{};
    std::function<void(const store::ClaimedStep&, const tasks::TestResults&)> keep_tests{};
    std::function<double()> random;            // uniform in [0, 1), any thread
    std::function<void(const Job&)> ran = {};  // the handler is done with it; before `finished`, any thread
    std::function<void(JobPtr, store::FinishedStep)> finished;
  };
  // Steps that end on no slot's thread are finished on own ones, since that blocks; at most `held` at once.
  StepRunner(Parts parts, std::size_t held);

  // On a slot's thread.
  void begin(const JobPtr& job);
  // Who finishes what ended on no slot's thread.
  const WorkPool& ends() const { return ends_; }

 private:
  class End;
  void finish(RunningStep& running, Result<StepResult> result);
  void keep_log(RunningStep& running, std::string text);

  Parts parts_;
  LogPump pump_;
  WorkPool ends_;
};

}  // namespace argosy::runtime
