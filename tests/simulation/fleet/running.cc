// What the slots' threads and the finisher's do.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "common/runtime/loop/finish_batch.h"
#include "common/tasks/step_state.h"
#include "tests/simulation/fleet/process.h"

namespace argosy::simulation {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstRetry{50}, kLongestRetry{1'000}, kSlowestToNotice{500};

tasks::NewStep added(std::int16_t ordinal, std::vector<std::int16_t> depends_on) {
  return {.ordinal = ordinal,
          .queue = tasks::Queue::codegen,
          .kind = "added",
          .title = "",
          .payload = "{}",
          .depends_on = std::move(depends_on)};
}

}  // namespace

void Process::run_waiting() {
  while (const auto job = slots_.pick()) begin(job);
}

void Process::begin(const runtime::JobPtr& job) {
  around_.ledger.begins(number_, job->step.ref, job->step.lease_epoch);
  const bool quick = around_.random.chance(0.6);
  const auto length =
      around_.random.between(milliseconds(1), quick ? Time(milliseconds(40)) : std::max<Time>(around_.plan.longest_run, milliseconds(1)));
  runs_[job.get()] = {job, around_.timeline.now() + length};
  around_.look();
  later(length, [this, job] { returned(job); });
  notice_stops();
}

// Asked to stop: a handler takes its time to notice.
void Process::notice_stops() {
  for (auto& [key, run] : runs_) {
    if (run.notices || run.job->stop.load() == runtime::Stop::none) continue;
    run.notices = true;
    later(around_.random.between(milliseconds(1), kSlowestToNotice), [this, job = run.job] { returned(job); });
  }
}

Result<runtime::StepResult> Process::result_of(const runtime::JobPtr& job) {
  const auto& ref = job->step.ref;
  const auto& task = around_.store.tasks()[number_of(ref.task.uuid)];
  const auto row = std::ranges::find(task.steps, ref, &StepRow::ref);
  if (job->stop.load() != runtime::Stop::none) return fail_transient("stopped", "it was asked to stop");
  if (row != task.steps.end() && row->fails_always) return fail_transient("unavailable", "it never works");
  if (around_.random.chance(around_.plan.transient_error)) {
    auto failed = fail_transient("unavailable", "it did not work this time");
    if (around_.random.chance(0.2)) failed.error().retry_after = milliseconds(around_.random.between(1, 100'000));
    return failed;
  }
  if (around_.random.chance(around_.plan.final_error)) {
    const auto category = static_cast<Category>(around_.random.between(1, 3));
    return std::unexpected(Error{.category = category, .code = kForGood, .message = "it will never work", .hint = {}});
  }
  runtime::StepResult result;
  if (task.adds_steps && ref.ordinal == 0) result.added = {added(1, {0}), added(2, {0})};
  if (task.adds_steps && ref.ordinal == 1) result.added = {added(3, {1, 2})};
  return result;
}

void Process::returned(const runtime::JobPtr& job) {
  if (runs_.erase(job.get()) == 0) return;  // it noticed that it should stop
  if (!lease_.holds()) job->ask_to_stop(runtime::Stop::lost);
  auto result = result_of(job);
  auto policy = around_.plan.policy;
  if (around_.variant == Variant::retry_without_cap) policy.max_attempts = std::numeric_limits<int>::max();
  if (around_.variant == Variant::retry_of_every_category && !result) result.error().category = Category::transient;
  runtime::Attempt attempt{.ref = job->step.ref,
                           .lease_epoch = job->step.lease_epoch,
                           .attempt = job->step.attempt,
                           .drained = job->stop.load() == runtime::Stop::drained,
                           .events = {},
                           .started_at = clock_.unix_ms(),
                           .finished_at = clock_.unix_ms()};
  auto finish = runtime::finished_step(std::move(attempt), std::move(result), policy, around_.random.uniform());
  say([&] { return fmt::format("ran {}: {}", Ledger::name(finish.ref), runtime::to_string(finish.outcome)); });
  slots_.ran(*job);
  if (around_.variant == Variant::slot_freed_at_return) slots_.give_back(*job);
  finished_.push_back({job, std::move(finish)});
  finish_round();
  run_waiting();
  if (around_.variant == Variant::slot_freed_at_return) claim_again(Time(0));
}

void Process::finish_round() {
  if (finishing_ || finished_.empty()) return;
  std::vector<Finished> batch;
  for (auto left = runtime::finish_batch(finished_, [](const Finished& item) -> const auto& { return item.finish; }); left > 0; --left) {
    batch.push_back(std::move(finished_.front()));
    finished_.pop_front();
  }
  finishing_ = true;
  finish(std::move(batch), kFirstRetry);
}

void Process::finish(std::vector<Finished> batch, Time retry_in) {
  drop_disowned(batch);
  const auto end = [this] {
    finishing_ = false;
    claim_again(Time(0));
    finish_round();
    drain_on();
  };
  if (batch.empty()) return end();
  std::vector<store::FinishedStep> steps;
  for (const auto& item : batch) steps.push_back(item.finish);
  const auto self = shared_from_this();
  const auto answered = [this, batch, retry_in, end](const Result<store::Finished>& answer) {
    if (!answer) {
      const auto next = std::min<Time>(retry_in * 2, kLongestRetry);
      later(retry_in, [this, batch, next] { finish(batch, next); });
      return;
    }
    around_.kafka.produce(answer->ready, false);
    for (const auto& item : batch) release(item);
    end();
  };
  around_.network.call<store::Finished>(
      number_, [this, self, steps]() -> Result<store::Finished> { return around_.store.finish(steps); },
      [this, self, answered](Result<store::Finished> answer) { mine([answered, answer] { answered(answer); })(); });
}

void Process::drop_disowned(std::vector<Finished>& batch) {
  if (!lease_.holds()) in_flight_.stop_all(runtime::Stop::lost);
  std::erase_if(batch, [this](const Finished& item) {
    if (item.job == nullptr || !item.job->disowned()) return false;
    say([&] { return "drops the result of " + Ledger::name(item.finish.ref); });
    release(item);
    return true;
  });
}

void Process::release(const Finished& item) {
  if (item.job == nullptr) return;
  in_flight_.done(item.job);
  if (around_.variant != Variant::slot_freed_at_return) slots_.give_back(*item.job);
}

void Process::check_holdings() {
  const auto jobs = in_flight_.jobs();
  const auto not_urgent = std::ranges::count_if(jobs, [](const runtime::JobPtr& job) { return job->step.lane != tasks::Lane::urgent; });
  const auto suspects =
      std::ranges::count_if(runs_, [](const auto& run) { return run.second.job->step.crashes >= tasks::kCrashesOfASuspect; });
  std::size_t hints = 0;
  for (const auto lane : tasks::kLanes) hints += hints_.waiting(lane);
  around_.ledger.holds(jobs.size(), static_cast<std::size_t>(not_urgent), static_cast<std::size_t>(suspects), hints, finished_.size());
}

}  // namespace argosy::simulation
