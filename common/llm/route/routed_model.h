// A model that is many: each call goes to the models of its route, one after the other, until one has answered whole. On a fault that the
// next may not share (faults/fault.h, by table) the next one is asked at once, also in mid-stream, with no timer between. Above it the
// route as a whole is tried again (call/retrying_model.h); below it each try pays for itself. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "common/core/clock.h"
#include "common/llm/route/route.h"
#include "common/llm/traffic/gate.h"

namespace argosy::llm {

struct RouteParts {
  // Asked once for each model, never null. What it makes lives as long as its calls.
  std::function<std::shared_ptr<Model>(const ModelEntry&)> model_of;
  std::function<std::shared_ptr<Gate>(const ModelEntry&)> gate_of{};  // whose breaker counts; empty or null: none does
  std::vector<CheckReport> checks{};
  const Clock& clock;  // lives longer than every call
  After after;         // for hedging alone
};

struct RoutedParts;

class RoutedModel : public Model {
 public:
  RoutedModel(Catalogue catalogue, RouteParts parts);

  // The result says who answered, why that one, and after how many tries. Where all failed it is the fault that leaves most hope: one that
  // passes before one that does not. A try that was hedged and lost is cancelled; it may end after `done`.
  void start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) override;

 private:
  const std::shared_ptr<RoutedParts> parts_;  // of its calls too, whose last tries may outlive it
};

}  // namespace argosy::llm
