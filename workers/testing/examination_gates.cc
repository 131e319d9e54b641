// The part of an examination that asks the gates, and the way without a sandbox.
#include "workers/testing/examination.h"

#include <fmt/format.h>

#include "workers/testing/gates/settings.h"

namespace argosy::testing {
namespace {

constexpr std::string_view kUntested = "untested";  // the question when no sandbox could be had

}  // namespace

// Both sides with the linters and their settings as the base commit has them: a change must not relax the rules that it is held to. On a
// tree of its own, in which nothing has run yet.
Result<Finding> Examination::lint() {
  if (change_.patches.empty()) return judge_lint(std::nullopt, std::nullopt, lines_);
  ARGOSY_TRY(auto* const side, base());
  ARGOSY_TRY(const auto of_base, component_of_base());
  const auto& component = !of_base.lint.empty() ? of_base : chosen_.component;
  if (component.lint.empty()) return judge_lint(std::nullopt, std::nullopt, lines_);

  // What git holds of the change, the formatter's words included.
  const TempDir folder("lint", facilities_.scratch);
  const Stage linted(folder.path(), run_options());
  ARGOSY_TRY_VOID(copy_files(*changed_.tree.checkout, linted.workspace()));
  ARGOSY_TRY_VOID(put_back_settings(linted, is_lint_config));
  ARGOSY_TRY(const auto after, run_lint(component, linted, change_.files));
  if (!after) return judge_lint(std::nullopt, std::nullopt, lines_);
  if (after->findings.empty()) return judge_lint(reports::LintReport{}, after, lines_);  // nothing there is nothing new
  ARGOSY_TRY(const auto before, run_lint(component, *side->stage, change_.files));
  return judge_lint(before, after, lines_);
}

Result<Finding> Examination::coverage() {
  if (!measures_coverage() && !(base_ && base_->coverage)) {
    ARGOSY_TRY(const bool taken, takes_coverage_away());
    return taken ? coverage_lost() : Finding{.measured = false, .text = "nothing here measures coverage"};
  }
  return with_settings(judge_coverage(base_ ? base_->coverage : std::nullopt, changed_.coverage, lines_, file_.coverage), own_settings_);
}

Result<Finding> Examination::bench() {
  if (!chosen_.component.bench || change_.patches.empty())
    return Finding{.measured = false, .text = "no benchmark is named in .argosy.yaml"};
  ARGOSY_TRY(auto* const side, base());
  ARGOSY_TRY(const auto before, run_bench(chosen_.component, *side->stage));
  ARGOSY_TRY(const auto after, run_bench(chosen_.component, *changed_.stage));
  return judge_bench(before, after, file_.bench.max_regression.value_or(kMaxBenchRegression));
}

Result<Finding> Examination::syntax() {
  std::vector<ChangedText> texts;
  for (const auto& [path, lines] : lines_) {
    ARGOSY_TRY(auto before, repository_.read(change_.tree.base_commit, lines.old_path.empty() ? path : lines.old_path));
    texts.push_back({path, before.value_or(""), read_untrusted(changed_.tree.checkout->path(), path, kMaxPlanFileBytes)});
  }
  return judge_syntax(texts);
}

Result<void> Examination::judge_syntax_of_all() {
  if (verdicts_->is_off("syntax")) return verdicts_->add_off("syntax"), Result<void>();
  ARGOSY_TRY(const auto finding, syntax());
  verdicts_->add("syntax", finding);
  return {};
}

Result<void> Examination::judge_all() {
  const auto judged = [&](const char* gate, Result<Finding> finding) -> Result<void> {
    if (!finding) return std::unexpected(finding.error());
    verdicts_->add(gate, *finding);
    return {};
  };
  if (verdicts_->is_off("coverage"))
    verdicts_->add_off("coverage");
  else
    ARGOSY_TRY_VOID(judged("coverage", coverage()));
  if (verdicts_->is_off("lint"))
    verdicts_->add_off("lint");
  else
    ARGOSY_TRY_VOID(judged("lint", lint()));
  if (verdicts_->is_off("bench"))
    verdicts_->add_off("bench");
  else
    ARGOSY_TRY_VOID(judged("bench", bench()));
  return {};
}

Result<runtime::StepResult> Examination::run_static_only(const Error& broken) {
  ARGOSY_TRY_VOID(begin());
  ARGOSY_TRY_VOID(judge_syntax_of_all());
  verdicts_->add("tests", {.measured = false, .text = broken.message});
  tasks::TestOutput output;
  output.framework = output.command = "none";
  if (verdicts_->failure()) return stopped(std::move(output));

  for (const auto& answer : step_.answers) {
    if (answer.name != kUntested) continue;
    if (answer.verdict != tasks::Verdict::approve)
      return fail_user("untested_rejected", "the change was not tested, and a person did not let it pass untested",
                       "mend the testing workers' sandbox, then retry");
    return runtime::StepResult{.output = tasks::to_json_text(finished(std::move(output)))};
  }
  tell(fmt::format("The sandbox broke {} times; only the static gates were asked. A person must decide", step_.attempt));
  runtime::StepResult result;
  result.question = tasks::Question{.name = std::string(kUntested),
                                    .type = "approval",
                                    .description = fmt::format("The change is untested: {}. {}Push it all the same?", broken.message,
                                                               verdicts_->is_off("syntax") ? "" : "Its syntax is fine. "),
                                    .because = broken};
  return result;
}

}  // namespace argosy::testing
