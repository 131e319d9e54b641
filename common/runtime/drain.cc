#include "common/runtime/drain.h"

#include <algorithm>

namespace argosy::runtime {
namespace {

constexpr std::int16_t kPatientAfter = 1;  // handed back so often already

bool patient(const Job& job) { return job.step.handbacks >= kPatientAfter; }

}  // namespace

bool drain(InFlight& in_flight, const DrainTimes& times) {
  if (in_flight.wait_empty(times.finish)) return true;
  in_flight.stop_where(Stop::drained, [](const Job& job) { return !patient(job); });
  const auto left = in_flight.jobs();
  if (std::ranges::any_of(left, [](const JobPtr& job) { return patient(*job); })) {
    if (in_flight.wait_empty(times.patient)) return true;
    in_flight.stop_all(Stop::drained);
  }
  return in_flight.wait_empty(times.stop);
}

}  // namespace argosy::runtime
