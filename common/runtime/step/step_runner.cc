#include "common/runtime/step/step_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <mutex>
#include <utility>

#include "common/core/json.h"
#include "common/core/redact.h"
#include "common/runtime/step/outcome.h"
#include "common/runtime/step/test_rows.h"
#include "common/telemetry/log.h"
#include "common/telemetry/trace.h"

namespace argosy::runtime {
namespace {

constexpr std::size_t kMaxEventsPerStep = 1'000;
constexpr std::size_t kMaxEventBytes = 64u << 10;

// The data of an event, without secrets. A secret that spans JSON's own syntax leaves nothing that could be shown.
std::string presentable(std::string data) {
  if (data.size() > kMaxEventBytes) return R"({"note":"this event was too large to keep"})";
  auto clean = redact(data);
  if (clean == data || json::parse(clean)) return clean;
  return R"({"note":"[redacted]"})";
}

class Context final : public StepContext {
 public:
  Context(Job& job, StepLog& log, LogPump& pump, const StepRunner::Parts& parts) : job_(job), log_(log), pump_(pump), parts_(parts) {}

  void emit(tasks::NewEvent event) override {
    const std::lock_guard lock(mutex_);
    if (events_.size() >= kMaxEventsPerStep) return;
    event.data = presentable(std::move(event.data));
    events_.push_back(std::move(event));
  }

  void log(std::string_view text) override {
    if (log_.append(text)) pump_.wake(log_);
  }

  // Asked while it runs, so that a lease that is over stops the work even while a renewal still waits for its answer.
  bool cancelled() const override {
    if (!parts_.lease.holds()) job_.ask_to_stop(Stop::lost);
    return job_.stop.load() != Stop::none;
  }

  bool paused() const override { return job_.paused.load(); }
  std::optional<tasks::Constraints> told_constraints() const override { return job_.constraints(); }
  Result<std::optional<tasks::Constraints>> newest_constraints() override { return parts_.newest_constraints(job_.step.ref.task); }

  void keep_tests(tasks::TestResults results) override {
    const std::lock_guard lock(mutex_);
    tests_ = std::move(results);
  }

  artifacts::ArtifactStore& artifacts() override { return parts_.artifacts; }
  const Clock& clock() const override { return parts_.clock; }

  std::optional<tasks::TestResults> take_tests() {
    const std::lock_guard lock(mutex_);
    return std::exchange(tests_, std::nullopt);
  }
  std::vector<tasks::NewEvent> take_events() {
    const std::lock_guard lock(mutex_);
    return std::move(events_);
  }

 private:
  Job& job_;
  StepLog& log_;
  LogPump& pump_;
  const StepRunner::Parts& parts_;
  std::mutex mutex_;
  std::vector<tasks::NewEvent> events_;
  std::optional<tasks::TestResults> tests_;
};

Result<Step> step_of(const store::ClaimedStep& claimed) {
  ARGOSY_TRY(auto task, tasks::task_context_from(claimed.context));
  std::vector<tasks::Answer> answers;
  std::ranges::copy_if(task.answers, std::back_inserter(answers), [&](const auto& answer) { return answer.step == claimed.ref.ordinal; });
  return Step{.ref = claimed.ref,
              .lease_epoch = claimed.lease_epoch,
              .attempt = claimed.attempt,
              .queue = claimed.queue,
              .org = claimed.org,
              .kind = claimed.kind,
              .title = claimed.title,
              .payload = claimed.payload,
              .task = std::move(task),
              .inputs = claimed.inputs,
              .answers = std::move(answers),
              .traceparent = claimed.traceparent};
}

std::string trace_id(const std::string& traceparent) {
  const auto context = telemetry::TraceContext::parse(traceparent);
  return context ? context->trace_id : "";
}

}  // namespace

void StepRunner::run(const JobPtr& job) {
  const auto& claimed = job->step;
  const telemetry::LogScope scope(trace_id(claimed.traceparent), claimed.ref.task.to_string(), std::to_string(claimed.ref.ordinal));
  job->started_at = parts_.clock.unix_ms();
  StepLog log(parts_.max_log_bytes, [this, &claimed, &job](std::int64_t offset, std::string text) {
    parts_.announcer.tell_running(*job);
    const tasks::LogChunk chunk{claimed.ref.task, claimed.ref.ordinal, claimed.lease_epoch, claimed.attempt, offset, std::move(text)};
    parts_.announcer.tell_ephemeral(broker::EventMessage(chunk), claimed.ref.task, claimed.traceparent);
  });
  Context context(*job, log, pump_, parts_);
  auto result =
      context.cancelled() ? Result<StepResult>(fail_transient("stopped", "the step was stopped before it began")) : call(*job, context);
  job->told = true;  // its finish says more than that it runs
  pump_.forget(log);
  auto text = log.close();
  if (!job->disowned()) keep_log(*job, std::move(text));
  // Before the finish, which makes them visible.
  if (auto tests = context.take_tests(); tests && parts_.keep_tests && job->stop.load() == Stop::none)
    parts_.keep_tests(claimed, presentable_tests(std::move(*tests)));
  Attempt attempt{.ref = claimed.ref,
                  .lease_epoch = claimed.lease_epoch,
                  .attempt = claimed.attempt,
                  .forgiven = claimed.forgiven,
                  .drained = job->stop.load() == Stop::drained,
                  .events = context.take_events(),
                  .time_limit = parts_.time_limit,
                  .answer_within = parts_.answer_within,
                  .started_at = job->started_at,
                  .finished_at = parts_.clock.unix_ms(),
                  .traceparent = claimed.traceparent};
  if (!result) telemetry::log_info("a step failed", {{"kind", claimed.kind}, {"error", to_string(result.error())}});
  parts_.finished(job, finished_step(std::move(attempt), std::move(result), parts_.policy, parts_.random()));
}

// The handler's own exceptions stop here: what escaped it is a bug or a full disk, and another process may have more luck.
Result<StepResult> StepRunner::call(const Job& job, StepContext& context) try {
  ARGOSY_TRY(const auto step, step_of(job.step));
  return parts_.handler.run(step, context);
} catch (const std::exception& thrown) {
  return fail_transient("handler_exception", fmt::format("the handler threw: {}", thrown.what()));
} catch (...) {
  return fail_transient("handler_exception", "the handler threw something that is no std::exception");
}

void StepRunner::keep_log(const Job& job, std::string text) {
  if (text.empty()) return;
  const auto& step = job.step;
  const artifacts::Put what{.step = step.ref,
                            .attempt = step.attempt,
                            .kind = artifacts::Kind::log,
                            .name = fmt::format("step-{}-attempt-{}.log", step.ref.ordinal, step.attempt)};
  const auto kept = parts_.artifacts.put(what, text);
  if (!kept) telemetry::log_warning("a step's log was not kept", {{"error", to_string(kept.error())}});
}

}  // namespace argosy::runtime
