// Does a step's operations on a work tree of the base commit plus its predecessors' patches, and hands the difference on as a binary
// patch; or mends what gates have stopped (fix.h), or lets an agent work (agent/). Nothing leaves the house here; a failed operation hands
// nothing on. Serves all slots; thread-safe.
#pragma once

#include "common/runtime/handler.h"
#include "common/vcs/repository.h"

namespace argosy::codegen {

class Agents;

class CodegenHandler final : public runtime::Handler {
 public:
  // Without agents people mend, and the steps of agents fail. They outlive the handler.
  explicit CodegenHandler(vcs::VcsOptions options, Agents* agents = nullptr) : options_(std::move(options)), agents_(agents) {}

  void start(std::shared_ptr<const runtime::Step> step, std::shared_ptr<runtime::StepContext> context, runtime::StepDone done) override;
  // Of all kinds that need their thread: not of agents, who do not mend here.
  Result<runtime::StepResult> run(const runtime::Step& step, runtime::StepContext& context) override;
  std::optional<std::string> problem() override { return vcs::problem(options_); }

 private:
  vcs::VcsOptions options_;
  Agents* agents_;
};

}  // namespace argosy::codegen
