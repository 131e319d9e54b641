// Turns a task into steps: resolves the commit to work on, rehearses the operations on it, holds the change to what the task forbids, and
// writes the DAG. Reads the repository, writes nothing outside. Serves all slots; thread-safe.
#pragma once

#include "common/runtime/handler.h"
#include "common/vcs/repository.h"

namespace argosy::planning {

class PlanningHandler final : public runtime::Handler {
 public:
  explicit PlanningHandler(vcs::VcsOptions options) : options_(std::move(options)) {}

  Result<runtime::StepResult> run(const runtime::Step& step, runtime::StepContext& context) override;
  std::optional<std::string> problem() override { return vcs::problem(options_); }

 private:
  vcs::VcsOptions options_;
};

}  // namespace argosy::planning
