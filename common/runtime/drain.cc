#include "common/runtime/drain.h"

#include <algorithm>

namespace argosy::runtime {
namespace {

constexpr std::int16_t kPatientAfter = 1;  // handed back so often already

bool patient(const Job& job) { return job.step.handbacks >= kPatientAfter && !job.resumable; }

}  // namespace

DrainPlan::DrainPlan(InFlight& in_flight, const DrainTimes& times, std::chrono::nanoseconds now)
    : in_flight_(in_flight), times_(times), until_(now + times.finish) {}

std::optional<std::chrono::nanoseconds> DrainPlan::wait_until(std::chrono::nanoseconds now) {
  while (in_flight_.size() > 0) {
    if (now < until_) return until_;
    if (phase_ == Phase::stop) return std::nullopt;
    ask_to_stop(now);
  }
  return std::nullopt;
}

void DrainPlan::ask_to_stop(std::chrono::nanoseconds now) {
  in_flight_.stop_where(Stop::drained, [this](const Job& job) { return phase_ == Phase::patient || !patient(job); });
  const bool some_left = std::ranges::any_of(in_flight_.jobs(), [](const JobPtr& job) { return patient(*job); });
  phase_ = phase_ == Phase::finish && some_left ? Phase::patient : Phase::stop;
  until_ = now + (phase_ == Phase::patient ? times_.patient : times_.stop);
}

bool drain(InFlight& in_flight, const DrainTimes& times, const Clock& clock) {
  DrainPlan plan(in_flight, times, clock.boot_time());
  for (auto now = clock.boot_time(); const auto until = plan.wait_until(now); now = clock.boot_time()) {
    in_flight.wait_empty(std::chrono::ceil<std::chrono::milliseconds>(*until - now));
  }
  return in_flight.size() == 0;
}

}  // namespace argosy::runtime
