// Why a call went to the model that it went to: kept with the attempt, shown by `argosy models route --explain`. Values, any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "common/core/json.h"

namespace argosy::llm {

struct Candidate {
  std::string model{};  // by its name in models.yaml
  std::string why{};    // one sentence: why it stands where it stands, or why it is passed over
};

struct RouteDecision {
  std::string rule{};                    // of models.yaml: "routes, line 42", or the default
  std::vector<Candidate> in_turn{};      // who is asked, each after the one before it failed
  std::vector<Candidate> passed_over{};  // who is not, however the others fail
  // Without an answer begun by then the next one is asked as well; nothing: never.
  std::optional<std::chrono::milliseconds> hedge_after{};
};

// {rule, in_turn: [{model, why}], passed_over: [{model, why}], hedge_after_ms}; the last one where it is said.
json::Object decision_json(const RouteDecision& decision);

}  // namespace argosy::llm
