// Steps of kind "run": what an agent wants to be run on its tree, one after the other, in the sandbox of tests. Nothing of it is kept but
// what the agent is told. One object a step; blocking.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "common/core/file.h"
#include "common/runtime/handler.h"
#include "common/tasks/agent/agent_step.h"
#include "common/vcs/repository.h"
#include "workers/testing/facilities.h"
#include "workers/testing/runs/plan.h"
#include "workers/testing/runs/stage.h"
#include "workers/testing/runs/test_tree.h"

namespace argosy::testing {

inline constexpr std::chrono::minutes kRunTimeLimit{10};  // of a run that names none; the worker's hard limit stands above both

class RunStep {
 public:
  RunStep(const Facilities& facilities, vcs::Repository& repository, const runtime::Step& step, runtime::StepContext& context)
      : facilities_(facilities), repository_(repository), step_(step), context_(context) {}

  // Gives a RunOutput: a program that fails is a result. Errors: payload_invalid (B), those of vcs, the artifacts and the sandbox;
  // sandbox_escape_attempt (D).
  Result<runtime::StepResult> run();

 private:
  Result<void> prepare();
  Result<void> get_dependencies();
  Result<std::vector<std::string>> patches();
  Result<tasks::RunResult> run_one(const tasks::Run& one);
  Result<tasks::RunResult> command(const tasks::Run& one);
  Result<tasks::RunResult> tests(const tasks::Run& one);
  Result<tasks::RunResult> linter(const tasks::Run& one);
  Result<tasks::RunResult> install(const tasks::Run& one);
  // The tests that the run names; all where it names none. Nothing: the tool cannot choose so.
  std::optional<std::string> test_command(const std::string& selection) const;
  RunOptions options(std::optional<std::chrono::milliseconds> limit) const;
  Stage stage(std::optional<std::chrono::milliseconds> limit = {}) const;
  void told(const std::string& command, const tasks::RunResult& result);

  const Facilities& facilities_;
  vcs::Repository& repository_;
  const runtime::Step& step_;
  runtime::StepContext& context_;

  tasks::RunPayload payload_;
  sandbox::Class class_ = sandbox::Class::bwrap;
  project::RepoFile file_;
  std::vector<std::string> patches_;
  std::vector<std::string> changed_;  // files, sorted
  std::optional<TempDir> folder_, base_;
  MadeTree tree_;
  Chosen chosen_;
  std::optional<Error> no_tests_;  // why there is no component
  SetUpDone set_up_;
  std::vector<std::string> installed_;  // commands
};

}  // namespace argosy::testing
