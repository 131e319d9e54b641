// A model whose transient failures are tried again a few times, with full jitter, by the rule that holds for steps. What waits holds no
// thread, and what would wait long is given back with its retry_after, so that the step is parked. Thread-safe.
#pragma once

#include <functional>

#include "common/llm/call/model.h"
#include "common/llm/traffic/gate.h"
#include "common/tasks/retry_policy.h"

namespace argosy::llm {

struct RetrySettings {
  tasks::RetryPolicy policy{};
  std::chrono::milliseconds longest_held{5'000};  // a longer wait belongs into the step's
};

class RetryingModel : public Model {
 public:
  // `random` is uniform in [0, 1) and may be called from any thread. `inner` lives longer than every call.
  RetryingModel(Model& inner, After after, std::function<double()> random, RetrySettings settings = {});

  void start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) override;

 private:
  Model& inner_;
  const After after_;
  const std::function<double()> random_;
  const RetrySettings settings_;
};

}  // namespace argosy::llm
