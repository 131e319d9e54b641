// A fix round: gates have stopped the change, and somebody must say what is to be done about it. An agent, while it may (agent/); else a
// person, who corrects the change, lets the gates pass as they are, or ends the task. Stateless; any thread.
#pragma once

#include "common/runtime/handler.h"
#include "common/tasks/testing/fix_round.h"
#include "common/vcs/repository.h"

namespace argosy::codegen {

// Whether an agent mends: the rounds are not used up, no gate has failed tasks::kTriesOfAGate times, and no person has answered in this
// round. No, too, of a payload that cannot be read: run_fix() says so.
bool agent_may_mend(const runtime::Step& step);

// The question of this round to a person, because of what came of the agent.
runtime::StepResult ask_person(const tasks::FixPayload& failed, const Error& because);

// kind "fix", FixPayload: the person's part. Gives a ChangeOutput. Asks "fix-N", N the round, and "fix-N-2" and so on when an answer could
// not be used. Errors: that of the first gate (C) when a person rejects; A as for a change.
Result<runtime::StepResult> run_fix(const vcs::VcsOptions& options, const runtime::Step& step, runtime::StepContext& context);

}  // namespace argosy::codegen
