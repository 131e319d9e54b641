#include "workers/testing/examination.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/core/clock.h"
#include "common/core/text.h"
#include "workers/testing/gates/verdict.h"

namespace argosy::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kAgent = "testing";
constexpr std::size_t kSnippetBytes = 2'000;  // of the output in command_executed

}  // namespace

void Examination::tell(std::string_view thought) {
  context_.emit(tasks::agent_thought(kAgent, thought, context_.clock().unix_ms()));
  context_.log(fmt::format("{}\n", thought));
}

// Of both ways: what holds, what the change is, and its lines.
Result<void> Examination::begin() {
  // Of the base commit: a patch must not relax its own gates.
  ARGOSY_TRY(const auto said, repository_.read(change_.tree.base_commit, std::string(project::kRepoFileName)));
  ARGOSY_TRY(file_, project::parse_repo_file(said.value_or("")));
  verdicts_.emplace(file_, change_.accepted);
  ARGOSY_TRY_VOID(make(changed_, change_.patches, "test"));
  ARGOSY_TRY(const auto diff, changed_.tree.checkout->readable_diff());
  lines_ = tasks::diff_lines(diff);
  return {};
}

// Its words join the patch, so they come first: what is tested is what is pushed.
Result<void> Examination::format() {
  if (chosen_.component.format.empty()) return {};
  ARGOSY_TRY(format_text_, run_format(chosen_.component, *changed_.stage, change_.files));
  auto& checkout = *changed_.tree.checkout;
  ARGOSY_TRY_VOID(checkout.set_base());
  bool rewritten = false;
  for (const auto& path : change_.files) {
    std::error_code error;
    const auto ours = checkout.path() / path;
    if (!fs::is_regular_file(fs::symlink_status(ours, error))) continue;
    const auto before = read_untrusted(checkout.path(), path, kMaxPlanFileBytes),
               after = changed_.stage->report(path, kMaxPlanFileBytes, true);
    if (before == after || after.empty() || after.size() == kMaxPlanFileBytes) continue;
    ARGOSY_TRY_VOID(write_file_atomic(ours, after));
    rewritten = true;
  }
  if (!rewritten) return {};
  ARGOSY_TRY(const auto patch, checkout.diff());
  ARGOSY_TRY(format_patch_, context_.artifacts().put({step_.ref, step_.attempt, artifacts::Kind::patch, "format.patch"}, patch));
  tell(fmt::format("The formatter changed {} of the changed files; that joins the change", tasks::diff_lines(patch).size()));
  ARGOSY_TRY(const auto whole, repository_.checkout(change_.tree.base_commit, vcs::Files::index_only));
  for (const auto& one : change_.patches)
    if (!one.empty()) ARGOSY_TRY_VOID(whole->apply(one));
  ARGOSY_TRY_VOID(whole->apply(patch));
  ARGOSY_TRY(const auto diff, whole->readable_diff());
  lines_ = tasks::diff_lines(diff);
  return {};
}

// What can be said before anything of the change runs.
Result<void> Examination::judge_statically() {
  if (verdicts_->is_off("format"))
    verdicts_->add_off("format");
  else {
    ARGOSY_TRY_VOID(format());
    verdicts_->add("format", {.measured = !chosen_.component.format.empty(),
                              .held = format_text_.empty(),
                              .text = !format_text_.empty()              ? format_text_
                                      : chosen_.component.format.empty() ? "no formatter is set up here"
                                      : format_patch_.empty()            ? "nothing to format"
                                                                         : "formatted, and that joined the change",
                              .code = "format_failed",
                              .hint = "the formatter's words are in the step's log"});
  }
  return judge_syntax_of_all();
}

Result<runtime::StepResult> Examination::run() {
  ARGOSY_TRY_VOID(begin());
  ARGOSY_TRY_VOID(prepare());
  ARGOSY_TRY_VOID(judge_statically());
  if (verdicts_->failure()) return stopped({});

  if (!verdicts_->is_off("coverage")) ARGOSY_TRY_VOID(keep_coverage_settings());
  ARGOSY_TRY_VOID(check_needs(make_plan(chosen_, "", set_up_.folder.has_value()), *changed_.stage));
  ARGOSY_TRY_VOID(test_some_first());
  if (verdicts_->failure()) return stopped(summary(plan_, *changed_.run));
  plan_ = make_plan(chosen_, measures_coverage() ? chosen_.component.coverage->command : "", set_up_.folder.has_value());
  tell(fmt::format("{}. Running: {}", plan_.reason, plan_.command));
  ARGOSY_TRY_VOID(test(changed_));
  const auto& run = *changed_.run;
  context_.emit(
      tasks::command_executed(plan_.command, run.exit_code,
                              text::ellipsize(run.tail.substr(run.tail.size() - std::min(run.tail.size(), kSnippetBytes)), kSnippetBytes)));
  tell(fmt::format("With the change: {}", run.in_numbers()));
  ARGOSY_TRY_VOID(compare_with_base());
  if (needs_base_run(run)) ARGOSY_TRY_VOID(run_again_alone());

  ARGOSY_TRY(auto output, judge_tests());
  if (verdicts_->failure()) return stopped(std::move(output));
  ARGOSY_TRY_VOID(judge_criteria());
  ARGOSY_TRY_VOID(judge_all());
  if (verdicts_->failure()) return stopped(std::move(output));
  return runtime::StepResult{.output = tasks::to_json_text(finished(std::move(output)))};
}

tasks::TestOutput Examination::finished(tasks::TestOutput output) {
  for (const auto& outcome : verdicts_->outcomes())
    if (outcome.outcome != "off") context_.log(fmt::format("gate {}: {}: {}\n", outcome.gate, outcome.outcome, outcome.text));
  for (const auto& gate : verdicts_->accepted())
    tell(fmt::format("The gate {} does not hold; {} let it pass: {}", gate.gate, gate.by, gate.text));
  if (changed_.run) output.flaky = changed_.run->flaky;
  output.report = report_;
  output.gates = verdicts_->outcomes();
  output.accepted = verdicts_->accepted();
  output.patch = format_patch_;
  output.set_up = set_up_.text;
  output.criteria = criteria_;
  if (criteria_.empty())  // it did not come to them
    for (const auto& criterion : change_.tree.criteria) output.criteria.push_back({criterion, "unchecked"});
  return output;
}

Result<runtime::StepResult> Examination::stopped(tasks::TestOutput so_far) {
  // What was killed because the worker drains fails as well, and says nothing about the change. An error hands the step back.
  if (context_.cancelled())
    return fail_transient("cancelled", "the step was stopped before its gates had decided",
                          "unless its task was cancelled, another worker runs it again");
  auto output = finished(std::move(so_far));
  auto failure = *verdicts_->failure();
  const auto rounds = fix_rounds(step_, file_);
  if (rounds == 0) return std::unexpected(std::move(failure));
  tell(fmt::format("Stopped by its gates, so it is to be mended (round {}, of {} without a person): {}", change_.tree.round + 1, rounds,
                   failure.message));
  return fix_round(step_, change_.tree, rounds, std::move(output), *verdicts_);
}

}  // namespace argosy::testing
