// Does a step's operations on a work tree of the base commit plus its predecessors' patches, and hands the difference on as a binary
// patch. Nothing leaves the house here; a failed operation hands nothing on. Serves all slots; thread-safe.
#pragma once

#include "common/runtime/handler.h"
#include "common/vcs/repository.h"

namespace argosy::codegen {

class CodegenHandler final : public runtime::Handler {
 public:
  explicit CodegenHandler(vcs::VcsOptions options) : options_(std::move(options)) {}

  Result<runtime::StepResult> run(const runtime::Step& step, runtime::StepContext& context) override;
  std::optional<std::string> problem() override { return vcs::problem(options_); }

 private:
  vcs::VcsOptions options_;
};

}  // namespace argosy::codegen
