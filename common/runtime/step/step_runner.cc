#include "common/runtime/step/step_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <thread>
#include <utility>

#include "common/runtime/step/outcome.h"
#include "common/runtime/step/running_step.h"
#include "common/runtime/step/test_rows.h"
#include "common/telemetry/log.h"
#include "common/telemetry/reports/reports.h"
#include "common/telemetry/trace.h"

namespace argosy::runtime {
namespace {

constexpr std::string_view kThrown = "handler_exception";  // a bug, whatever a retry makes of it
constexpr int kEndThreads = 2;                             // each end is a call or two of the database

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
              .traceparent = claimed.traceparent,
              .forgiven = claimed.forgiven};
}

telemetry::LogScope scope_of(const store::ClaimedStep& claimed) {
  const auto context = telemetry::TraceContext::parse(claimed.traceparent);
  return {context ? context->trace_id : "", claimed.ref.task.to_string(), std::to_string(claimed.ref.ordinal)};
}

Error thrown(std::string message) {
  return {.category = Category::transient, .code = std::string(kThrown), .message = std::move(message), .hint = {}};
}

}  // namespace

// What the handler is given to say that it is done. The first word counts; one that forgets it altogether has failed.
class StepRunner::End {
 public:
  End(StepRunner& runner, std::shared_ptr<RunningStep> running)
      : runner_(runner), running_(std::move(running)), here_(std::this_thread::get_id()) {}
  ~End() {
    if (!said_) is(fail_transient("handler_silent", "the handler forgot the step"));
  }
  End(const End&) = delete;
  End& operator=(const End&) = delete;

  void is(Result<StepResult> result) {
    if (said_.exchange(true)) return;
    if (here_.load() == std::this_thread::get_id()) return runner_.finish(*running_, std::move(result));
    auto later = [&runner = runner_, running = running_, result = std::move(result)]() mutable {
      const auto scope = scope_of(running->job().step);
      runner.finish(*running, std::move(result));
    };
    // It holds as many as there are slots, and of these each ends once.
    if (!runner_.ends_.post(std::move(later))) telemetry::log_error("a step's end had no room: it is handed back with its lease");
  }
  // The slot's thread goes on to other things.
  void leave() { here_ = std::thread::id(); }

 private:
  StepRunner& runner_;
  const std::shared_ptr<RunningStep> running_;
  std::atomic<std::thread::id> here_;
  std::atomic<bool> said_ = false;
};

StepRunner::StepRunner(Parts parts, std::size_t held) : parts_(std::move(parts)), ends_(kEndThreads, held) {}

// The handler's own exceptions stop here: what escaped it is a bug or a full disk, and another process may have more luck.
void StepRunner::begin(const JobPtr& job) {
  const auto scope = scope_of(job->step);
  const telemetry::TraceScope trace(job->trace ? std::optional(job->trace->run) : std::nullopt);
  if (job->trace) job->trace->run_began = telemetry::trace_clock();
  job->started_at = parts_.clock.unix_ms();
  auto running = std::make_shared<RunningStep>(job, pump_, parts_);
  const auto end = std::make_shared<End>(*this, running);
  if (running->cancelled()) return end->is(fail_transient("stopped", "the step was stopped before it began"));
  auto step = step_of(job->step);
  if (!step) return end->is(std::unexpected(std::move(step.error())));
  if (job->trace) step->traceparent = job->trace->run.to_traceparent();
  try {
    parts_.handler.start(std::make_shared<const Step>(std::move(*step)), std::move(running),
                         [end](Result<StepResult> result) { end->is(std::move(result)); });
  } catch (const std::exception& what) {
    end->is(std::unexpected(thrown(fmt::format("the handler threw: {}", what.what()))));
  } catch (...) {
    end->is(std::unexpected(thrown("the handler threw something that is no std::exception")));
  }
  end->leave();
}

void StepRunner::finish(RunningStep& running, Result<StepResult> result) {
  auto& job = running.job();
  const auto& claimed = job.step;
  job.told = true;  // its finish says more than that it runs
  auto said = running.over();
  if (!job.disowned()) keep_log(running, std::move(said.log));
  // Before the finish, which makes them visible.
  if (said.tests && parts_.keep_tests && job.stop.load() == Stop::none)
    parts_.keep_tests(claimed, presentable_tests(std::move(*said.tests)));
  Attempt attempt{.ref = claimed.ref,
                  .lease_epoch = claimed.lease_epoch,
                  .attempt = claimed.attempt,
                  .forgiven = claimed.forgiven,
                  .drained = job.stop.load() == Stop::drained,
                  .events = std::move(said.events),
                  .time_limit = parts_.time_limit,
                  .answer_within = parts_.answer_within,
                  .started_at = job.started_at,
                  .finished_at = parts_.clock.unix_ms(),
                  .traceparent = job.trace ? job.trace->process.to_traceparent() : claimed.traceparent};
  if (job.trace) trace_run(*job.trace, claimed, result ? nullptr : &result.error());
  if (!result && result.error().code == kThrown)
    telemetry::report({.error = result.error(),
                       .where = "handler " + claimed.kind,
                       .tags = {{"task_id", claimed.ref.task.to_string()}},
                       .traceparent = claimed.traceparent});
  if (!result) telemetry::log_info("a step failed", {{"kind", claimed.kind}, {"error", to_string(result.error())}});
  if (parts_.ran) parts_.ran(job);
  parts_.finished(running.job_ptr(), finished_step(std::move(attempt), std::move(result), parts_.policy, parts_.random()));
}

void StepRunner::keep_log(RunningStep& running, std::string text) {
  if (text.empty()) return;
  const auto& step = running.job().step;
  const artifacts::Put what{.step = step.ref,
                            .attempt = step.attempt,
                            .kind = artifacts::Kind::log,
                            .name = fmt::format("step-{}-attempt-{}.log", step.ref.ordinal, step.attempt)};
  const auto kept = running.artifacts().put(what, text);
  if (!kept) telemetry::log_warning("a step's log was not kept", {{"error", to_string(kept.error())}});
}

}  // namespace argosy::runtime
