// What KEDA and the HorizontalPodAutoscaler decide, on numbers alone: Kubernetes' replica_calculator.go and horizontal.go (1.32) for an
// external metric with an average value as KEDA asks for it, and KEDA's scale_scaledobjects.go (2.16) for what happens at zero. Pure: time
// comes in as seconds that never go back. One thread.
#pragma once

#include <deque>
#include <vector>

#include "workers/cli/sim/settings.h"

namespace argosy::cli {

inline constexpr double kHpaSync = 15;        // --horizontal-pod-autoscaler-sync-period
inline constexpr double kHpaTolerance = 0.1;  // --horizontal-pod-autoscaler-tolerance

// ceil(metric / target), unless that is so near to what there is that it is left alone.
int wanted_replicas(double metric, double target, int current);

class Autoscaler {
 public:
  explicit Autoscaler(const ScaleSettings& settings) : settings_(settings) {}

  // Every pollingInterval: the replicas that KEDA sets, which are `current` but on the way to zero and back.
  int poll(double now, double metric, int current);
  // Every kHpaSync: those that the HPA sets; nothing is decided at zero.
  int sync(double now, double metric, int current);

 private:
  struct At {
    double when;
    int replicas;
  };
  int stabilized(double now, int wanted, int current);
  int limited(double now, int wanted, int current);
  int up_limit(double now, int current) const;
  int down_limit(double now, int current) const;

  const ScaleSettings settings_;
  double last_active_ = -1;  // never
  std::deque<At> recommended_;
  std::vector<At> added_, removed_;
};

}  // namespace argosy::cli
