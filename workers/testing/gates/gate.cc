#include "workers/testing/gates/gate.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/core/json.h"
#include "common/core/redact.h"

namespace argosy::testing {
namespace {

using project::GateMode;

constexpr std::size_t kMaxDetails = 64u << 10;  // bytes, of a gate's details in a step's output

// What holds when .argosy.yaml does not name the gate. A formatter's words join the patch and stop nothing; a benchmark needs a command.
GateMode usual_mode(const std::string& gate) { return gate == "format" ? GateMode::warn : GateMode::required; }

json::Array as_json(const std::vector<tasks::GateOutcome>& outcomes) {
  json::Array all;
  for (const auto& one : outcomes) all.emplace_back(json::Object{{"gate", one.gate}, {"outcome", one.outcome}, {"text", one.text}});
  return all;
}

// Redacted here, since it goes into outputs and payloads, which nobody redacts.
tasks::FailedGate failed_gate(const std::string& gate, const Finding& finding) {
  auto details = redact(finding.details);
  if (details.size() > kMaxDetails) details.clear();  // cut it would be no JSON
  tasks::FailedGate failed{
      .gate = gate, .code = finding.code, .text = redact(finding.text), .hint = finding.hint, .details = std::move(details)};
  for (const auto& name : finding.failing) failed.failing.push_back(redact(name));
  return failed;
}

}  // namespace

GateMode Verdicts::mode(const std::string& gate) const {
  const auto set = file_.gates.find(gate);
  return set == file_.gates.end() ? usual_mode(gate) : set->second;
}

bool covers(const Acceptance& acceptance, const tasks::FailedGate& failed) {
  const auto& accepted = acceptance.gate;
  // Tests that did not come to their end are another thing than those that failed, whatever names both give.
  if (accepted.gate != failed.gate || accepted.code != failed.code) return false;
  if (!failed.failing.empty() && failed.failing.size() < kMaxFailingNamed)
    return std::ranges::all_of(failed.failing, [&](const std::string& name) {
      // "(the run itself)" may fail for another reason on another tree.
      const bool names_a_test = !name.starts_with('(');
      return (names_a_test || acceptance.of_this_tree) && std::ranges::find(accepted.failing, name) != accepted.failing.end();
    });
  return acceptance.of_this_tree || accepted.text == failed.text;
}

const Acceptance* Verdicts::acceptance_of(const tasks::FailedGate& failed) const {
  const auto found = std::ranges::find_if(acceptances_, [&](const Acceptance& one) { return covers(one, failed); });
  return found == acceptances_.end() ? nullptr : &*found;
}

bool Verdicts::stops(const std::string& gate, const Finding& finding) const {
  return finding.measured && !finding.held && mode(gate) == GateMode::required && acceptance_of(failed_gate(gate, finding)) == nullptr;
}

void Verdicts::add(const std::string& gate, const Finding& finding) {
  if (!finding.measured || finding.held || mode(gate) != GateMode::required) {
    outcomes_.push_back({gate, !finding.measured ? "not_measured" : finding.held ? "passed" : "warned", finding.text});
    return;
  }
  auto failed = failed_gate(gate, finding);
  if (const auto* acceptance = acceptance_of(failed)) {
    outcomes_.push_back({gate, "warned", fmt::format("{} (accepted by {})", finding.text, acceptance->gate.by)});
    accepted_.push_back(
        {.gate = gate, .text = failed.text, .by = acceptance->gate.by, .failing = std::move(failed.failing), .code = failed.code});
    return;
  }
  outcomes_.push_back({gate, "failed", finding.text});
  failed_.push_back(std::move(failed));
}

std::optional<Error> Verdicts::failure() const {
  if (failed_.empty()) return std::nullopt;
  const auto& first = failed_.front();
  Error failure{.category = Category::code_logic, .code = first.code, .message = first.text, .hint = first.hint, .details = first.details};
  auto details = json::parse(failure.details.empty() ? "{}" : failure.details);
  if (!details || !details->is_object()) return failure;
  details->as_object()["gates"] = as_json(outcomes_);
  failure.details = json::dump(*details);
  return failure;
}

}  // namespace argosy::testing
