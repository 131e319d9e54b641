// The part of an examination that checks what the plan has promised, criterion by criterion.
#include "workers/testing/examination.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/core/text.h"

namespace argosy::testing {
namespace {

constexpr std::size_t kMaxShownOutput = 2'000;  // bytes, of a check that failed

std::string outcome_of_tests(const Verdicts& verdicts) {
  const auto& all = verdicts.outcomes();
  const auto tests = std::ranges::find(all, "tests", &tasks::GateOutcome::gate);
  if (tests == all.end() || tests->outcome == "not_measured" || tests->outcome == "off") return "unchecked";
  return tests->outcome == "passed" ? "passed" : "failed";
}

Finding judged(const std::vector<tasks::CheckedCriterion>& criteria, const json::Array& details) {
  Finding finding{.measured = false, .code = "criterion_failed", .hint = "the details have the checks' commands and what they wrote"};
  std::size_t passed = 0;
  for (const auto& [criterion, outcome] : criteria) {
    if (outcome != "unchecked") finding.measured = true;
    if (outcome == "passed") ++passed;
    if (outcome == "failed") finding.failing.push_back(fmt::format("{}: {}", criterion.id, criterion.text));
  }
  finding.held = finding.failing.empty();
  finding.text = fmt::format("{} of {} criteria are met and {} are not", passed, criteria.size(), finding.failing.size());
  if (const auto rest = criteria.size() - passed - finding.failing.size(); rest > 0)
    finding.text += fmt::format("; of {} nothing here can tell", rest);
  finding.details = json::dump(json::Object{{"criteria", details}});
  return finding;
}

}  // namespace

// On the tree that was tested, with its dependencies, one after the other. A check is a command of the plan, which a model may have
// written: it runs where the change's own tests do.
Result<void> Examination::judge_criteria() {
  if (change_.tree.criteria.empty()) return {};
  if (verdicts_->is_off("criteria")) {
    for (const auto& criterion : change_.tree.criteria) criteria_.push_back({criterion, "unchecked"});
    return verdicts_->add_off("criteria"), Result<void>();
  }
  json::Array details;
  for (const auto& criterion : change_.tree.criteria) {
    std::string outcome = "unchecked";
    if (criterion.check == tasks::kCheckedByTests) outcome = outcome_of_tests(*verdicts_);
    if (!criterion.check.empty() && criterion.check != tasks::kCheckedByTests) {
      ARGOSY_TRY(const auto run, run_tests(make_plan(chosen_, criterion.check, set_up_.folder.has_value()), *changed_.stage));
      outcome = run.exit_code == 0 ? "passed" : "failed";
      context_.emit(tasks::command_executed(criterion.check, run.exit_code, text::ellipsize(run.tail, kMaxShownOutput)));
      if (run.exit_code != 0)
        details.emplace_back(json::Object{{"id", criterion.id},
                                          {"command", criterion.check},
                                          {"exit_code", run.exit_code},
                                          {"output", text::ellipsize(run.tail, kMaxShownOutput)}});
    }
    criteria_.push_back({criterion, std::move(outcome)});
  }
  verdicts_->add("criteria", judged(criteria_, details));
  return {};
}

}  // namespace argosy::testing
