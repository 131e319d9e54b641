#include "common/runtime/kube/cost_teller.h"

#include <utility>

#include "common/core/clock.h"
#include "common/core/thread_name.h"
#include "common/telemetry/log.h"

namespace argosy::runtime {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{1'000};  // the cost is counted in seconds

}  // namespace

CostTeller::CostTeller(OwnPod pod, const InFlight& in_flight) : pod_(std::move(pod)), in_flight_(in_flight), thread_([this] { loop(); }) {}

CostTeller::~CostTeller() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void CostTeller::loop() {
  name_this_thread("pod-cost");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    look();
    lock.lock();
    changed_.wait_for(lock, kBetweenLooks, [this] { return stopping_; });
  }
}

void CostTeller::look() {
  const auto now = system_clock().boot_time();
  const int cost = held_.cost(in_flight_.held(), now);
  if (!pace_.worth_telling(cost, now)) return;
  const auto told = pod_.annotate(kAnnotation, std::to_string(cost));
  if (told) {
    pace_.told(cost, system_clock().boot_time());
    said_.clear();
    return;
  }
  pace_.failed(system_clock().boot_time());
  if (const auto said = to_string(told.error()); std::exchange(said_, said) != said)
    telemetry::log_warning("Kubernetes does not hear how dear this pod's end is: a scale-in may choose a busy one", {{"error", said}});
}

}  // namespace argosy::runtime
