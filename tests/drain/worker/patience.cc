#include "tests/drain/worker/patience.h"

#include <condition_variable>
#include <mutex>

#include <cmath>
#include <random>

#include "common/core/json.h"

namespace argosy::drain {

std::chrono::milliseconds time_of(std::uint64_t seed, std::int64_t number) {
  std::seed_seq both{seed, static_cast<std::uint64_t>(number)};
  std::mt19937_64 random(both);
  const double share = std::uniform_real_distribution<double>(0, 1)(random);
  const double shortest = static_cast<double>(kShortest.count()), longest = static_cast<double>(kLongest.count());
  return std::chrono::milliseconds(std::llround(shortest * std::pow(longest / shortest, share)));
}

Result<runtime::StepResult> Patience::run(const runtime::Step& step, runtime::StepContext& context) {
  const auto order = chaos::order_from(step.task.prompt);
  if (!order) return fail_user("drain_no_order", "this task is none of ours", "run the drill on a database of its own");
  const chaos::Token token{step.ref.task.to_string(), step.ref.ordinal, step.lease_epoch};
  effects_.began(token, system_clock().boot_time());

  std::mutex mutex;
  std::condition_variable_any changed;
  {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, context.stopping(), time_of(seed_, order->number), [&] { return context.cancelled(); });
  }
  // In this order: an effect that is written down belongs to a lease that the process still believed in after that moment.
  const auto now = system_clock().boot_time();
  if (context.cancelled()) return fail_transient("drain_stopped", "the step is not ours any more");
  effects_.applied(token, now);
  return runtime::StepResult{.output = json::dump(json::Object{{"process", effects_.process()}, {"epoch", step.lease_epoch}})};
}

}  // namespace argosy::drain
