// The part of an examination that runs tests: some first, all, what failed again alone, and the base commit's.
#include "workers/testing/examination.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/core/text.h"
#include "common/project/imports/affected.h"
#include "common/project/select.h"
#include "workers/testing/gates/verdict.h"
#include "workers/testing/runs/test_rows.h"

namespace argosy::testing {
namespace {

constexpr std::size_t kMaxRunAgain = 20;  // tests that failed; more of them are no accident
constexpr int kRunsAlone = 2;             // of each
constexpr int kMaxReallyRed = 3;          // then the step is red, whatever the rest may be
constexpr int kFewTestFiles = 6;          // fewer are run at once

bool failed(const reports::Case& one) { return one.outcome == reports::Outcome::failed || one.outcome == reports::Outcome::errored; }

// Its own case must say so: a filter that fits no test is green as well.
bool passed(const TestRun& run, const std::string& id) {
  return run.exit_code == 0 && std::ranges::any_of(run.report.cases, [&](const reports::Case& one) {
           return one.outcome == reports::Outcome::passed && one.id() == id;
         });
}

// A test that failed by its subtests only, which have all passed since.
void clear_parents(reports::Report& report) {
  if (std::ranges::any_of(report.cases, [](const reports::Case& one) { return failed(one) && !one.by_subtest; })) return;
  for (auto& one : report.cases)
    if (one.by_subtest) one.outcome = reports::Outcome::passed;
}

}  // namespace

// A command that the repository names itself is run as it is; else the one that measures coverage stands for the tests.
bool Examination::measures_coverage() const {
  const auto& component = chosen_.component;
  if (!component.coverage || coverage_is_absent_ || only_some_ || verdicts_->is_off("coverage")) return false;
  return component.framework != "test_command" || component.coverage->tool == "coverage.command";
}

Result<void> Examination::test(Side& side) {
  if (measures_coverage()) side.stage->forget(chosen_.component.coverage->report);
  ARGOSY_TRY(side.run, run_tests(plan_, *side.stage));
  if (!measures_coverage()) return {};
  side.coverage = read_coverage(chosen_.component, *side.stage, side.tree.files);
  if (side.coverage || side.run->report.counts().total() > 0 || side.run->exit_code == 0 || side.run->timed_out || context_.cancelled())
    return {};
  context_.log("Coverage cannot be measured here: running the tests without\n");
  coverage_is_absent_ = true;
  plan_ = make_plan(chosen_, "", set_up_.folder.has_value());
  ARGOSY_TRY(side.run, run_tests(plan_, *side.stage));
  return {};
}

// A test that fails, and passes when it is run again alone, is flaky: told and counted, but no reason to stop.
Result<void> Examination::run_again_alone() {
  auto& run = *changed_.run;
  const auto known = base_ && base_->run ? base_->run->report.failing() : std::vector<std::string>{};
  std::vector<reports::Case*> again;
  for (auto& one : run.report.cases)
    if (failed(one) && !one.by_subtest && std::ranges::find(known, one.id()) == known.end()) again.push_back(&one);
  if (again.empty() || again.size() > kMaxRunAgain || run.timed_out) return {};
  int really_red = 0;
  for (auto* one : again) {
    if (really_red == kMaxReallyRed) break;
    const auto command = project::one_case_command(
        chosen_.component, {.suite = one->suite, .classname = one->classname, .name = one->name, .file = one->file});
    if (!command) return {};
    for (int i = 0; i < kRunsAlone && !context_.cancelled(); ++i) {
      ARGOSY_TRY(const auto alone, run_tests(make_plan(chosen_, *command, set_up_.folder.has_value()), *changed_.stage));
      if (!passed(alone, one->id())) continue;
      run.flaky.push_back(one->id());
      one->outcome = reports::Outcome::passed;
      break;
    }
    if (failed(*one)) ++really_red;
  }
  if (!run.flaky.empty()) clear_parents(run.report);
  if (run.flaky.size() > 0) tell(fmt::format("Flaky: failed, and passed when run again alone: {}", text::join(run.flaky, ", ")));
  if (std::ranges::none_of(run.report.cases, failed) && !run.flaky.empty()) run.exit_code = 0;
  return {};
}

Result<void> Examination::compare_with_base() {
  const bool red = needs_base_run(*changed_.run);
  const bool lost = coverage_is_absent_ && set_up_.folder && !only_some_;  // although its tool was installed
  if (change_.patches.empty() || context_.cancelled() || !(red || lost || measures_coverage())) return {};
  tell(red ? "Something fails: running the base commit too, to tell old failures from new ones"
           : "Running the base commit too, to compare its coverage");
  ARGOSY_TRY(auto* const side, base());
  if (lost) {
    ARGOSY_TRY(side->run, run_tests(make_plan(chosen_, chosen_.component.coverage->command, true), *side->stage));
    side->coverage = read_coverage(chosen_.component, *side->stage, side->tree.files);
  } else {
    ARGOSY_TRY_VOID(test(*side));
  }
  tell(fmt::format("Without the change: {}", side->run->in_numbers()));
  return {};
}

// The tests that import what changed: when one of them is broken, that is known long before the whole suite has run.
Result<void> Examination::test_some_first() {
  const auto tests = project::affected_tests(tree_of(changed_), change_.files);
  const auto all = std::ranges::count_if(changed_.tree.files, project::is_test_file);
  const auto command = project::some_files_command(chosen_.component, tests);
  if (change_.patches.empty() || !command || all < kFewTestFiles || 2 * static_cast<std::ptrdiff_t>(tests.size()) > all) return {};
  only_some_ = true;
  plan_ = make_plan(chosen_, *command, set_up_.folder.has_value());
  tell(fmt::format("First the tests that the change can reach, {} of {} files: {}", tests.size(), all, plan_.command));
  ARGOSY_TRY_VOID(test(changed_));
  if (needs_base_run(*changed_.run)) {
    ARGOSY_TRY_VOID(compare_with_base());
    ARGOSY_TRY_VOID(run_again_alone());
    const auto judged = judge(plan_, *changed_.run, base_ ? base_->run : std::nullopt);
    if (!judged && judged.error().code == "tests_failed" && verdicts_->stops("tests", finding_of(judged.error()))) {
      context_.keep_tests(rows_of(plan_, *changed_.run, base_ ? base_->run : std::nullopt));
      auto finding = finding_of(judged.error());
      finding.text += fmt::format(" (of the {} test files that the change can reach; the others were not run)", tests.size());
      verdicts_->add("tests", finding);
      return {};
    }
  }
  // Whatever else it said, the whole suite decides.
  only_some_ = false;
  if (base_) base_->run.reset();
  changed_.run.reset();
  return {};
}

// Rows, report and verdict of the whole suite; the verdict on the tests gate is in verdicts_. Errors (B): nothing can be judged.
Result<tasks::TestOutput> Examination::judge_tests() {
  const auto& run = *changed_.run;
  const auto base_run = base_ ? base_->run : std::nullopt;
  context_.keep_tests(rows_of(plan_, run, base_run));
  ARGOSY_TRY(report_,
             context_.artifacts().put({step_.ref, step_.attempt, artifacts::Kind::report, "test-report.json"}, report_json(plan_, run)));
  auto judged = judge(plan_, run, base_run);
  if (judged) {
    verdicts_->add("tests", {.text = run.in_numbers()});
    return judged;
  }
  if (set_up_.failed) judged.error().hint += fmt::format(" (the dependencies were not fetched: {})", set_up_.text);
  if (judged.error().category != Category::code_logic) return judged;
  verdicts_->add("tests", finding_of(judged.error()));
  return summary(plan_, run);
}

}  // namespace argosy::testing
