#include "common/runtime/loop/finisher.h"

#include <algorithm>

#include "common/core/thread_name.h"
#include "common/runtime/loop/finish_batch.h"
#include "common/runtime/step/outcome.h"
#include "common/telemetry/log.h"
#include "common/telemetry/reports/reports.h"

namespace argosy::runtime {
namespace {

// What was claimed together and takes no time finishes together: the first of them waits so long for those that are about to begin.
constexpr std::chrono::milliseconds kGather{1};
constexpr std::chrono::milliseconds kFirstRetry{50}, kLongestRetry{1'000};

double seconds_between(std::chrono::nanoseconds from, std::chrono::nanoseconds to) {
  return std::chrono::duration<double>(to - from).count();
}

// A step that is over for good with what an operator should know. What a user or a change did wrong is theirs.
void report_end(const store::FinishedStep& finished, const Job* job) {
  if (job == nullptr || finished.outcome != store::FinishedStep::Outcome::failed) return;
  if (!finished.error || !telemetry::is_reportable(*finished.error)) return;
  telemetry::report({.error = *finished.error,
                     .where = "step " + job->step.kind,
                     .tags = {{"queue", std::string(tasks::to_string(job->step.queue))},
                              {"task_id", finished.ref.task.to_string()},
                              {"step_id", std::to_string(finished.ref.ordinal)},
                              {"attempt", std::to_string(job->step.attempt)}},
                     .traceparent = finished.traceparent});
}

}  // namespace

Finisher::Finisher(Parts parts) : parts_(std::move(parts)), thread_([this] { loop(); }) {}

Finisher::~Finisher() { stop(std::chrono::milliseconds(0)); }

void Finisher::submit(JobPtr job, store::FinishedStep finished) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(job), std::move(finished)});
    if (gathering_ && parts_.unbegun() > 0) return;
  }
  changed_.notify_all();
}

void Finisher::hand_back(const StepRef& ref, std::int64_t lease_epoch) { submit(nullptr, handed_back(ref, lease_epoch)); }

void Finisher::stop(std::chrono::milliseconds patience) {
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_) give_up_at_ = system_clock().boot_time() + patience;
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Finisher::out_of_patience() const {
  const std::lock_guard lock(mutex_);
  return stopping_ && system_clock().boot_time() >= give_up_at_;
}

void Finisher::loop() {
  name_this_thread("finish");
  while (true) {
    parts_.loop.tick();
    if (auto batch = next_batch(); !batch.steps.empty()) {
      finish(std::move(batch));
      continue;
    }
    const std::lock_guard lock(mutex_);
    if (stopping_ && waiting_.empty()) break;
  }
  parts_.loop.rest();
}

Finisher::Batch Finisher::next_batch() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kLoopWait, [this] { return stopping_ || !waiting_.empty(); });
  gathering_ = !stopping_ && !waiting_.empty();
  if (gathering_) changed_.wait_for(lock, kGather, [this] { return stopping_ || parts_.unbegun() == 0; });
  gathering_ = false;
  Batch batch;
  const auto count = finish_batch(waiting_, [](const Item& item) -> const auto& { return item.finished; });
  batch.jobs.reserve(count);
  batch.steps.reserve(count);
  while (batch.steps.size() < count) {
    batch.jobs.push_back(std::move(waiting_.front().job));
    batch.steps.push_back(std::move(waiting_.front().finished));
    waiting_.pop_front();
  }
  return batch;
}

void Finisher::drop_disowned(Batch& batch) {
  if (!parts_.lease.holds()) parts_.in_flight.stop_all(Stop::lost);
  const auto is_disowned = [](const JobPtr& job) { return job != nullptr && job->disowned(); };
  if (std::ranges::none_of(batch.jobs, is_disowned)) return;
  Batch kept;
  std::vector<JobPtr> dropped;
  for (std::size_t i = 0; i < batch.jobs.size(); ++i) {
    auto& job = batch.jobs[i];
    if (!is_disowned(job)) {
      kept.jobs.push_back(std::move(job));
      kept.steps.push_back(std::move(batch.steps[i]));
      continue;
    }
    parts_.metrics.dropped_results.add();
    telemetry::log_info("a result was dropped: the step is not ours any more",
                        {{"task_id", job->step.ref.task.to_string()}, {"step_id", std::to_string(job->step.ref.ordinal)}});
    if (job->trace) trace_end(*job->trace, job->step, "dropped", nullptr);
    dropped.push_back(std::move(job));
  }
  batch = std::move(kept);
  release(std::move(dropped));
}

// Repeats the call until the database answers: the rows are guarded, so that a repeat after an unknown outcome does nothing twice.
void Finisher::finish(Batch batch) {
  auto wait = kFirstRetry;
  while (true) {
    drop_disowned(batch);
    if (batch.steps.empty()) return;
    for (const auto& step : batch.steps)
      if (step.outcome != store::FinishedStep::Outcome::succeeded) parts_.twins.forget(step.ref);
    parts_.metrics.finish_batch.observe(static_cast<double>(batch.steps.size()));
    const auto began = system_clock().boot_time();
    const auto traced_from = telemetry::tracing() ? telemetry::trace_clock() : 0;
    auto answer = store::finish(parts_.db, parts_.worker, batch.steps);
    parts_.metrics.finish_seconds.observe(seconds_between(began, system_clock().boot_time()));
    if (answer) {
      parts_.metrics.finishes.add();
      if (traced_from != 0) trace(batch, traced_from);
      settle(batch, *answer);
      return release(std::move(batch.jobs));
    }
    parts_.metrics.finish_errors.add();
    telemetry::log_warning("a finish failed", {{"error", to_string(answer.error())}, {"steps", std::to_string(batch.steps.size())}});
    if (answer.error().category != Category::transient || out_of_patience()) {
      // The rows still name us: the next renewal finds them unknown to us, and they are handed back.
      for (const auto& job : batch.jobs)
        if (job != nullptr && job->trace) trace_end(*job->trace, job->step, "dropped", &answer.error());
      return release(std::move(batch.jobs));
    }
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, wait, [this] { return stopping_; });
    lock.unlock();
    wait = std::min(wait * 2, kLongestRetry);
    parts_.loop.tick();
  }
}

void Finisher::trace(const Batch& batch, std::int64_t began) {
  for (const auto& job : batch.jobs)
    if (job != nullptr && job->trace) trace_move(job->trace->process, "finish", began, batch.steps.size());
}

void Finisher::settle(const Batch& batch, const store::Finished& answer) {
  parts_.announcer.tell_finished(answer.ready, answer.events);

  for (const auto& [ref, error] : answer.poisoned) {
    telemetry::report({.error = error, .where = "finish", .tags = {{"task_id", ref.task.to_string()}}});
    telemetry::log_error("a step's result could not be stored",
                         {{"task_id", ref.task.to_string()}, {"step_id", std::to_string(ref.ordinal)}, {"error", to_string(error)}});
  }
  auto accepted = answer.accepted;
  std::ranges::sort(accepted);
  for (std::size_t i = 0; i < batch.steps.size(); ++i) {
    const auto& step = batch.steps[i];
    settle(batch.jobs[i], step, std::ranges::binary_search(accepted, std::pair(step.ref, step.lease_epoch)));
  }
}

void Finisher::settle(const JobPtr& job, const store::FinishedStep& finished, bool held) {
  if (held) {
    parts_.metrics.finished.add();
    if (finished.outcome == store::FinishedStep::Outcome::failed && finished.error) parts_.metrics.step_failed(finished.error->category);
    report_end(finished, job.get());
  }
  if (job == nullptr) return;  // a row that was handed back had no result
  if (!held) parts_.metrics.dropped_results.add();
  const auto outcome = held ? to_string(finished.outcome) : "dropped";
  if (job->trace) trace_end(*job->trace, job->step, outcome, finished.error ? &*finished.error : nullptr);
  parts_.metrics.step_finished(job->step.kind, outcome, static_cast<double>(finished.finished_at - finished.started_at) / 1e3);
}

void Finisher::release(std::vector<JobPtr> jobs) {
  std::erase(jobs, nullptr);
  for (const auto& job : jobs) parts_.in_flight.done(job);
  if (!jobs.empty()) parts_.released(jobs);
}

}  // namespace argosy::runtime
