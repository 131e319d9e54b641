// One attempt while its handler works, as the handler sees it: what it says is collected here until its end. Used by StepRunner.
// Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/runtime/artifacts/last_calls.h"
#include "common/runtime/handler.h"
#include "common/runtime/loop/in_flight.h"
#include "common/runtime/step/log/log_pump.h"
#include "common/runtime/step/log/step_log.h"
#include "common/runtime/step/step_runner.h"

namespace argosy::runtime {

class RunningStep final : public StepContext {
 public:
  // `pump` and `parts` outlive the attempt, not this.
  RunningStep(JobPtr job, LogPump& pump, const StepRunner::Parts& parts);

  void emit(tasks::NewEvent event) override;
  void log(std::string_view text) override;
  // Asked while it runs, so that a lease that is over stops the work even while a renewal still waits for its answer.
  bool cancelled() const override;
  std::stop_token stopping() const override { return job_->stopping(); }
  bool paused() const override { return job_->paused.load(); }
  std::optional<tasks::Constraints> told_constraints() const override { return job_->constraints(); }
  Result<std::optional<tasks::Constraints>> newest_constraints() override { return parts_.newest_constraints(job_->step.ref.task); }
  Result<std::optional<std::int64_t>> room_to_grow() override {
    if (!parts_.room_to_grow) return std::nullopt;
    return parts_.room_to_grow(job_->step.ref.task);
  }
  void resumable() override { job_->resumable = true; }
  Result<void> constrain_by_plan(const tasks::Constraints& of_plan) override { return parts_.constrain_by_plan(job_->step, of_plan); }
  void keep_tests(tasks::TestResults results) override;
  artifacts::ArtifactStore& artifacts() override { return artifacts_ ? *artifacts_ : parts_.artifacts; }
  const Clock& clock() const override { return parts_.clock; }

  Job& job() const { return *job_; }
  const JobPtr& job_ptr() const { return job_; }

  struct Said {
    std::string log;
    std::vector<tasks::NewEvent> events;
    std::optional<tasks::TestResults> tests;
  };
  // The attempt is over: what a handler says later is not heard. Once.
  Said over();

 private:
  const JobPtr job_;
  LogPump& pump_;
  const StepRunner::Parts& parts_;
  StepLog log_;
  const LastCalls last_calls_;
  const std::unique_ptr<artifacts::ArtifactStore> artifacts_;  // gives up with the step; null: nothing hangs there
  std::mutex mutex_;
  bool over_ = false;
  std::vector<tasks::NewEvent> events_;
  std::optional<tasks::TestResults> tests_;
};

}  // namespace argosy::runtime
