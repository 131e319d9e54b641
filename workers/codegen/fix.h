// A fix round: gates have stopped the change, and somebody must say what is to be done about it. A mender, while it may; else a person, who
// corrects the change, lets the gates pass as they are, or ends the task. Stateless; any thread.
#pragma once

#include <vector>

#include "common/runtime/handler.h"
#include "common/tasks/change.h"
#include "common/vcs/repository.h"

namespace argosy::codegen {

// Whoever mends without a person. Serves all slots; thread-safe.
class Mender {
 public:
  virtual ~Mender() = default;
  // The operations that should make the gates hold, on top of `tree`, which it only reads. They are held to all that a change is held to.
  // An error of category A is tried again, D ends the task; with any other a person is asked.
  virtual Result<std::vector<tasks::Operation>> mend(const runtime::Step& step, const tasks::FixPayload& failed, const vcs::WorkTree& tree,
                                                     runtime::StepContext& context) = 0;
};

// Whether a mender is asked: the rounds are not used up, and no gate has failed tasks::kTriesOfAGate times.
bool may_mend(const tasks::FixPayload& failed);

// kind "fix", FixPayload. Gives a ChangeOutput. Of a person: question "fix-N", N the round, and "fix-N-2" and so on when an answer could
// not be used. Errors: that of the first gate (C) when a person rejects; A as for a change.
Result<runtime::StepResult> run_fix(const vcs::VcsOptions& options, Mender* mender, const runtime::Step& step,
                                    runtime::StepContext& context);

}  // namespace argosy::codegen
