#include "common/llm/route/decision.h"

namespace argosy::llm {
namespace {

json::Array candidates_json(const std::vector<Candidate>& candidates) {
  json::Array all;
  for (const auto& [model, why] : candidates) all.emplace_back(json::Object{{"model", model}, {"why", why}});
  return all;
}

}  // namespace

json::Object decision_json(const RouteDecision& decision) {
  json::Object made{
      {"rule", decision.rule}, {"in_turn", candidates_json(decision.in_turn)}, {"passed_over", candidates_json(decision.passed_over)}};
  if (decision.hedge_after) made.append("hedge_after_ms", static_cast<std::int64_t>(decision.hedge_after->count()));
  return made;
}

}  // namespace argosy::llm
