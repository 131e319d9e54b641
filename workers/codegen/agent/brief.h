// What an agent is told before it begins, and what it may touch. Used by AgentRun. Pure, any thread.
#pragma once

#include <string>

#include "common/agent/policy.h"
#include "common/code/edits/edit_list.h"
#include "common/llm/prompts/values.h"
#include "common/runtime/handler.h"
#include "common/tasks/agent/agent_spec.h"
#include "common/tasks/agent/agent_step.h"

namespace argosy::codegen {

// What holds now: people may have tightened it since the step was claimed.
agent::Policy policy_of(const runtime::Step& step, const runtime::StepContext& context, const tasks::PlanNode& node,
                        const tasks::AgentSpec& agent);

// The objective and how it is known to be done.
llm::Trusted step_text(const runtime::Step& step, const tasks::AgentPayload& payload);
// The policy in words, how edits are written, patterns to follow, and what whoever made the agent wants.
llm::Trusted rules_text(const agent::Policy& policy, const tasks::AgentPayload& payload, const tasks::AgentSpec& agent,
                        code::EditFormat format);

// What the tree stands for: the commit alone does not, once steps have changed it. Errors: those of the payloads.
Result<std::string> tree_key(const runtime::Step& step, const std::string& base_commit);

}  // namespace argosy::codegen
