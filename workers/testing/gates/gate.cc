#include "workers/testing/gates/gate.h"

#include <fmt/format.h>

#include "common/core/json.h"

namespace argosy::testing {
namespace {

using project::GateMode;

// What holds when .argosy.yaml does not name the gate. A formatter's words join the patch and stop nothing; a benchmark needs a command.
GateMode usual_mode(const std::string& gate) { return gate == "format" ? GateMode::warn : GateMode::required; }

json::Array as_json(const std::vector<tasks::GateOutcome>& outcomes) {
  json::Array all;
  for (const auto& one : outcomes) all.emplace_back(json::Object{{"gate", one.gate}, {"outcome", one.outcome}, {"text", one.text}});
  return all;
}

}  // namespace

GateMode Verdicts::mode(const std::string& gate) const {
  const auto set = file_.gates.find(gate);
  return set == file_.gates.end() ? usual_mode(gate) : set->second;
}

void Verdicts::add(const std::string& gate, const Finding& finding) {
  const bool required = mode(gate) == GateMode::required;
  const char* outcome = !finding.measured ? "not_measured" : finding.held ? "passed" : required ? "failed" : "warned";
  outcomes_.push_back({gate, outcome, finding.text});
  if (!finding.measured || finding.held || !required || failure_) return;
  failure_ = Error{
      .category = Category::code_logic, .code = finding.code, .message = finding.text, .hint = finding.hint, .details = finding.details};
}

std::optional<Error> Verdicts::failure() const {
  auto failure = failure_;
  if (!failure) return failure;
  auto details = json::parse(failure->details.empty() ? "{}" : failure->details);
  if (!details || !details->is_object()) return failure;
  details->as_object()["gates"] = as_json(outcomes_);
  failure->details = json::dump(*details);
  return failure;
}

}  // namespace argosy::testing
