// Turns a task into steps: resolves the commit to work on, rehearses the operations on it, holds the change to what the task forbids, and
// writes the DAG. Reads the repository, writes nothing outside. Serves all slots; thread-safe.
#pragma once

#include "common/runtime/handler.h"
#include "common/vcs/repository.h"
#include "workers/planning/prompted/prompt_planner.h"

namespace argosy::planning {

class PlanningHandler final : public runtime::Handler {
 public:
  // `planner` plans tasks that were given in words, and lives longer; null: there is no model, and they are refused.
  explicit PlanningHandler(vcs::VcsOptions options, const PromptPlanner* planner = nullptr)
      : options_(std::move(options)), planner_(planner) {}

  Result<runtime::StepResult> run(const runtime::Step& step, runtime::StepContext& context) override;
  std::optional<std::string> problem() override { return vcs::problem(options_); }

 private:
  vcs::VcsOptions options_;
  const PromptPlanner* planner_;
};

}  // namespace argosy::planning
