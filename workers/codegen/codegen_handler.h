// Does a step's operations on a work tree of the base commit plus its predecessors' patches, and hands the difference on as a binary
// patch; or mends what gates have stopped (fix.h), or lets an agent work (agent/). Nothing leaves the house here; a failed operation hands
// nothing on. Serves all slots; thread-safe.
#pragma once

#include "common/runtime/handler.h"
#include "common/vcs/repository.h"

namespace argosy::codegen {

class Agents;
class Mender;

class CodegenHandler final : public runtime::Handler {
 public:
  // Without a mender people mend, without agents their steps fail. Both outlive the handler.
  explicit CodegenHandler(vcs::VcsOptions options, Mender* mender = nullptr, Agents* agents = nullptr)
      : options_(std::move(options)), mender_(mender), agents_(agents) {}

  void start(std::shared_ptr<const runtime::Step> step, std::shared_ptr<runtime::StepContext> context, runtime::StepDone done) override;
  // Of all kinds that need their thread: not of agents.
  Result<runtime::StepResult> run(const runtime::Step& step, runtime::StepContext& context) override;
  std::optional<std::string> problem() override { return vcs::problem(options_); }

 private:
  vcs::VcsOptions options_;
  Mender* mender_;
  Agents* agents_;
};

}  // namespace argosy::codegen
