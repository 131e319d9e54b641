// What a testing step does, from the patches to the verdict: the tree with its dependencies, the formatter's words, the tests (and again
// alone what failed, and the base commit where something must be compared), linters, benchmark, and then the gates. One object a step;
// blocking.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/core/file.h"
#include "common/runtime/handler.h"
#include "common/vcs/repository.h"
#include "workers/testing/facilities.h"
#include "workers/testing/gates/fix_round.h"
#include "workers/testing/gates/gate.h"
#include "workers/testing/runs/checks.h"
#include "workers/testing/runs/test_run.h"
#include "workers/testing/runs/test_tree.h"
#include "workers/testing/set_up/set_up.h"

namespace argosy::testing {

inline constexpr std::size_t kMaxPlanFileBytes = 1u << 20;  // of a file that a decision looks into

class Examination {
 public:
  Examination(const Facilities& facilities, vcs::Repository& repository, const runtime::Step& step, runtime::StepContext& context,
              const Change& change)
      : facilities_(facilities), repository_(repository), step_(step), context_(context), change_(change), class_(facilities.run.sandbox) {}

  // When the sandbox has broken again and again: the gates that need none, and a question whether that is enough. An answer that was given
  // decides. Errors: those of vcs; C when a static gate does not hold and the task has no fix rounds; untested_rejected (B).
  Result<runtime::StepResult> run_static_only(const Error& broken);

  // Errors: those of vcs, the sandbox and the plan; B when the tests cannot be judged; C when a required gate does not hold and the task
  // has no fix rounds.
  Result<runtime::StepResult> run();

 private:
  struct Side {  // the base commit, or the change
    std::optional<TempDir> folder;
    std::optional<Stage> stage;
    MadeTree tree;
    std::optional<TestRun> run;
    std::optional<reports::Coverage> coverage;
  };

  Result<void> begin();  // of both ways: what holds, what the change is, and its lines
  Result<void> make(Side& side, const std::vector<std::string>& patches, const char* name);
  Result<void> prepare();
  Result<void> get_dependencies();
  Result<void> format();
  Result<void> test_some_first();
  Result<void> test(Side& side);
  Result<void> run_again_alone();
  Result<void> compare_with_base();
  Result<Side*> base();
  Result<void> judge_statically();
  Result<tasks::TestOutput> judge_tests();
  Result<void> judge_criteria();
  Result<void> judge_all();
  // The output, with all that was found.
  tasks::TestOutput finished(tasks::TestOutput output);
  // The step's end when a gate stopped the change.
  Result<runtime::StepResult> stopped(tasks::TestOutput so_far);
  Result<Finding> lint();
  Result<Finding> bench();
  Result<Finding> coverage();
  Result<Finding> syntax();
  Result<void> judge_syntax_of_all();
  // What is held by settings is held by those of the base commit (examination_settings.cc).
  Result<void> put_back_settings(const Stage& stage, bool (*is_settings)(const std::string& path)) const;
  Result<void> keep_coverage_settings();
  Result<project::Component> component_of_base();
  Result<bool> takes_coverage_away();
  std::vector<std::string> touched() const;
  bool measures_coverage() const;
  RunOptions run_options() const;
  project::RepoSettings settings() const;
  // The files of a side, for decisions.
  static project::Tree tree_of(const Side& side);
  void tell(std::string_view thought);

  const Facilities& facilities_;
  vcs::Repository& repository_;
  const runtime::Step& step_;
  runtime::StepContext& context_;

  const Change& change_;

  sandbox::Class class_;
  project::RepoFile file_;
  std::optional<Verdicts> verdicts_;
  Chosen chosen_;
  Plan plan_;
  SetUpDone set_up_;
  bool only_some_ = false;           // the tests that the change can reach are run, before all
  bool coverage_is_absent_ = false;  // although the repository asks for it: its tool is not there
  Side changed_;
  std::optional<Side> base_;
  std::map<std::string, tasks::FileLines> lines_;
  std::string format_patch_, format_text_, report_;
  std::vector<tasks::CheckedCriterion> criteria_;
  std::vector<std::string> own_settings_;  // files in which the change alters how coverage is measured, among other things
};

}  // namespace argosy::testing
