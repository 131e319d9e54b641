// Does a step's operations on a work tree of the base commit plus its predecessors' patches, and hands the difference on as a binary
// patch; or mends what gates have stopped (fix.h). Nothing leaves the house here; a failed operation hands nothing on. Serves all slots;
// thread-safe.
#pragma once

#include "common/runtime/handler.h"
#include "common/vcs/repository.h"

namespace argosy::codegen {

class Mender;

class CodegenHandler final : public runtime::Handler {
 public:
  // Without a mender people mend. It outlives the handler.
  explicit CodegenHandler(vcs::VcsOptions options, Mender* mender = nullptr) : options_(std::move(options)), mender_(mender) {}

  Result<runtime::StepResult> run(const runtime::Step& step, runtime::StepContext& context) override;
  std::optional<std::string> problem() override { return vcs::problem(options_); }

 private:
  vcs::VcsOptions options_;
  Mender* mender_;
};

}  // namespace argosy::codegen
