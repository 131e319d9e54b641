// Runs the handler for one claimed step on a slot's thread, and turns what came of it into a finish: log, events, errors, exceptions.
#pragma once

#include <functional>

#include "common/runtime/announcer.h"
#include "common/runtime/handler.h"
#include "common/runtime/loop/in_flight.h"
#include "common/runtime/loop/lease.h"
#include "common/runtime/step/log_pump.h"
#include "common/tasks/retry_policy.h"

namespace argosy::runtime {

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
    std::function<void(const store::ClaimedStep&, const tasks::TestResults&)> keep_tests{};
    std::function<double()> random;  // uniform in [0, 1), any thread
    std::function<void(JobPtr, store::FinishedStep)> finished;
  };
  explicit StepRunner(Parts parts) : parts_(std::move(parts)) {}

  void run(const JobPtr& job);

 private:
  Result<StepResult> call(const Job& job, StepContext& context);
  void keep_log(const Job& job, std::string text);

  Parts parts_;
  LogPump pump_;
};

}  // namespace argosy::runtime
