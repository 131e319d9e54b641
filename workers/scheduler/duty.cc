#include "workers/scheduler/duty.h"

#include "common/core/clock.h"
#include "common/core/thread_name.h"
#include "common/telemetry/log.h"

namespace argosy::scheduler {
namespace {

const std::vector<double> kPassSeconds{0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5};

double seconds_since(std::chrono::nanoseconds began) { return std::chrono::duration<double>(system_clock().boot_time() - began).count(); }

}  // namespace

DutyLoop::DutyLoop(Duty duty, telemetry::Metrics& m)
    : duty_(std::move(duty)),
      passes_(m.counter("argosy_scheduler_passes_total", "Passes of a duty.", {{"duty", duty_.name}, {"result", "ok"}})),
      failures_(m.counter("argosy_scheduler_passes_total", "Passes of a duty.", {{"duty", duty_.name}, {"result", "failed"}})),
      rows_(m.counter("argosy_scheduler_rows_total", "Rows that a duty moved.", {{"duty", duty_.name}})),
      seconds_(m.histogram("argosy_scheduler_pass_seconds", "Duration of a pass.", {{"duty", duty_.name}}, kPassSeconds)),
      lateness_(m.histogram("argosy_scheduler_lateness_seconds", "How late a pass began.", {{"duty", duty_.name}}, kPassSeconds)) {}

std::chrono::milliseconds DutyLoop::run_once() {
  const auto began = system_clock().boot_time();
  const auto moved = duty_.pass();
  seconds_.observe(seconds_since(began));
  if (!moved) {
    failures_.add();
    const auto text = to_string(moved.error());
    if (text != said_) telemetry::log_warning("a duty failed", {{"duty", duty_.name}, {"error", text}});
    said_ = text;
    return duty_.every;
  }
  said_.clear();
  passes_.add();
  rows_.add(static_cast<double>(*moved));
  if (duty_.batch > 0 && *moved >= duty_.batch) return {};
  return *moved > 0 ? duty_.every_busy : duty_.every;
}

void DutyLoop::run(const runtime::Process& process) {
  name_this_thread(duty_.name);
  auto due = system_clock().boot_time();
  while (!process.stopping()) {
    lateness_.observe(seconds_since(due));
    const auto wait = run_once();
    due = system_clock().boot_time() + wait;
    if (wait.count() > 0) process.pause(wait);
  }
}

}  // namespace argosy::scheduler
