// Makes the task's one commit out of the base commit and the tested patches and pushes it as a new branch. The only worker with
// credentials that may write. A change that adds a secret is not even committed (D). A second run finds the branch that the first one made.
// Serves all slots; thread-safe.
#pragma once

#include <string>

#include "common/runtime/handler.h"
#include "common/vcs/repository.h"

namespace argosy::git {

struct Identity {
  std::string name, email;
};

class GitHandler final : public runtime::Handler {
 public:
  GitHandler(vcs::VcsOptions options, Identity identity) : options_(std::move(options)), identity_(std::move(identity)) {}

  Result<runtime::StepResult> run(const runtime::Step& step, runtime::StepContext& context) override;
  std::optional<std::string> problem() override { return vcs::problem(options_); }

 private:
  vcs::VcsOptions options_;
  Identity identity_;
};

}  // namespace argosy::git
