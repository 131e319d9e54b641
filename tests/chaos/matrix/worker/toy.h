// The handler of the matrix: takes a while, writes down that it began and that its effect was applied, and does what the task's errand asks
// for: fails, asks, pushes. Thread-safe.
#pragma once

#include "common/runtime/handler.h"
#include "common/vcs/repository.h"
#include "tests/chaos/matrix/ledger/effects.h"

namespace argosy::chaos {

class Toy final : public runtime::Handler {
 public:
  Toy(const Effects& effects, vcs::VcsOptions git) : effects_(effects), git_(std::move(git)) {}
  Result<runtime::StepResult> run(const runtime::Step& step, runtime::StepContext& context) override;

 private:
  Result<void> push(const Order& order, const runtime::Step& step, const runtime::StepContext& context) const;

  const Effects& effects_;
  const vcs::VcsOptions git_;
};

}  // namespace argosy::chaos
