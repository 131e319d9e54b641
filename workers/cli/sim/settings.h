// How a queue scales, as infra/k8s/scaling.json says it and as KEDA's ScaledObject and its HorizontalPodAutoscaler take it. Values, any
// thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/json.h"

namespace argosy::cli {

struct ScalePolicy {
  bool percent = false;  // of the replicas at the beginning of the period; else pods
  int value = 0;
  double period_s = 0;
};

enum class SelectPolicy { max, min, disabled };  // the policy that allows the greatest change, the smallest, or none

struct ScaleRules {
  double window_s = 0;  // stabilization
  SelectPolicy select = SelectPolicy::max;
  std::vector<ScalePolicy> policies{};
};

struct ScaleSettings {
  int slots = 1;            // steps that a worker runs at once
  double target = 1;        // targetQueryValue: steps a replica
  double activation = 0;    // activationTargetQueryValue: above it the queue is active
  double polling_s = 30;    // pollingInterval
  double cooldown_s = 300;  // cooldownPeriod, from the last time it was active to zero
  int min_replicas = 0, max_replicas = 100;
  double grace_s = 30;  // terminationGracePeriodSeconds
  ScaleRules up{}, down{};
};

// By queue. Error: bad_scaling (B) with what is wrong and where.
Result<std::map<std::string, ScaleSettings, std::less<>>> scale_settings_from(std::string_view json_text);
// One of the settings by its name in the file ("pollingInterval=10", "scaleDown.policies.0.value=25"), in all queues. Error:
// usage.
Result<void> change_setting(json::Value& file, std::string_view change);

}  // namespace argosy::cli
