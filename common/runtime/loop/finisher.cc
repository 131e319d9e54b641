#include "common/runtime/loop/finisher.h"

#include <algorithm>
#include <set>

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
    auto batch = next_batch();
    if (!batch.empty()) {
      finish(std::move(batch));
      continue;
    }
    const std::lock_guard lock(mutex_);
    if (stopping_ && waiting_.empty()) break;
  }
  parts_.loop.rest();
}

std::vector<Finisher::Item> Finisher::next_batch() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kLoopWait, [this] { return stopping_ || !waiting_.empty(); });
  gathering_ = !stopping_ && !waiting_.empty();
  if (gathering_) changed_.wait_for(lock, kGather, [this] { return stopping_ || parts_.unbegun() == 0; });
  gathering_ = false;
  std::vector<Item> batch;
  for (auto left = finish_batch(waiting_, [](const Item& item) -> const auto& { return item.finished; }); left > 0; --left) {
    batch.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return batch;
}

void Finisher::drop_disowned(std::vector<Item>& batch) {
  if (!parts_.lease.holds()) parts_.in_flight.stop_all(Stop::lost);
  std::vector<Item> dropped;
  std::erase_if(batch, [&](const Item& item) {
    if (item.job == nullptr || !item.job->disowned()) return false;
    parts_.metrics.dropped_results.add();
    telemetry::log_info("a result was dropped: the step is not ours any more",
                        {{"task_id", item.job->step.ref.task.to_string()}, {"step_id", std::to_string(item.job->step.ref.ordinal)}});
    if (item.job->trace) trace_end(*item.job->trace, item.job->step, "dropped", nullptr);
    dropped.push_back(item);
    return true;
  });
  release(dropped);
}

// Repeats the call until the database answers: the rows are guarded, so that a repeat after an unknown outcome does nothing twice.
void Finisher::finish(std::vector<Item> batch) {
  auto wait = kFirstRetry;
  while (true) {
    drop_disowned(batch);
    if (batch.empty()) return;
    std::vector<const store::FinishedStep*> steps;
    for (const auto& item : batch) {
      if (item.finished.outcome != store::FinishedStep::Outcome::succeeded) parts_.twins.forget(item.finished.ref);
      steps.push_back(&item.finished);
    }
    parts_.metrics.finish_batch.observe(static_cast<double>(steps.size()));
    const auto began = system_clock().boot_time();
    const auto traced_from = telemetry::tracing() ? telemetry::trace_clock() : 0;
    auto answer = store::finish(parts_.db, parts_.worker, steps);
    parts_.metrics.finish_seconds.observe(seconds_between(began, system_clock().boot_time()));
    if (answer) {
      parts_.metrics.finishes.add();
      if (traced_from != 0) trace(batch, traced_from);
      return settle(batch, *answer);
    }
    parts_.metrics.finish_errors.add();
    telemetry::log_warning("a finish failed", {{"error", to_string(answer.error())}, {"steps", std::to_string(steps.size())}});
    if (answer.error().category != Category::transient || out_of_patience()) {
      // The rows still name us: the next renewal finds them unknown to us, and they are handed back.
      for (const auto& item : batch)
        if (item.job != nullptr && item.job->trace) trace_end(*item.job->trace, item.job->step, "dropped", &answer.error());
      release(batch);
      return;
    }
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, wait, [this] { return stopping_; });
    lock.unlock();
    wait = std::min(wait * 2, kLongestRetry);
    parts_.loop.tick();
  }
}

void Finisher::trace(const std::vector<Item>& batch, std::int64_t began) {
  for (const auto& item : batch)
    if (item.job != nullptr && item.job->trace) trace_move(item.job->trace->process, "finish", began, batch.size());
}

void Finisher::settle(const std::vector<Item>& batch, const store::Finished& answer) {
  parts_.announcer.tell_finished(answer.ready, answer.events);

  const std::set<std::pair<StepRef, std::int64_t>> accepted(answer.accepted.begin(), answer.accepted.end());
  for (const auto& [ref, error] : answer.poisoned) {
    telemetry::report({.error = error, .where = "finish", .tags = {{"task_id", ref.task.to_string()}}});
    telemetry::log_error("a step's result could not be stored",
                         {{"task_id", ref.task.to_string()}, {"step_id", std::to_string(ref.ordinal)}, {"error", to_string(error)}});
  }
  for (const auto& item : batch) {
    const bool held = accepted.contains({item.finished.ref, item.finished.lease_epoch});
    if (held) parts_.metrics.finished.add();
    if (held && item.finished.outcome == store::FinishedStep::Outcome::failed && item.finished.error)
      parts_.metrics.step_failed(item.finished.error->category);
    if (held) report_end(item.finished, item.job.get());
    if (!held && item.job != nullptr) parts_.metrics.dropped_results.add();  // a row that was handed back had no result
    if (item.job != nullptr && item.job->trace) {
      const auto& error = item.finished.error;
      trace_end(*item.job->trace, item.job->step, held ? to_string(item.finished.outcome) : "dropped", error ? &*error : nullptr);
    }
    if (item.job != nullptr) {
      const auto milliseconds = static_cast<double>(item.finished.finished_at - item.finished.started_at);
      parts_.metrics.step_finished(item.job->step.kind, held ? to_string(item.finished.outcome) : "dropped", milliseconds / 1e3);
    }
  }
  release(batch);
}

void Finisher::release(const std::vector<Item>& items) {
  std::vector<JobPtr> jobs;
  for (const auto& item : items) {
    if (item.job == nullptr) continue;
    parts_.in_flight.done(item.job);
    jobs.push_back(item.job);
  }
  if (!jobs.empty()) parts_.released(jobs);
}

}  // namespace argosy::runtime
