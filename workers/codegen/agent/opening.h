// What an agent is shown of the repository before it begins, by the context builder (agent/context): what its step names and may write,
// what hangs together with that, how the repository is worked on. Used by AgentRun. Blocks for the tree's reads; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/agent/context/context.h"
#include "common/code/index/index.h"
#include "common/code/source_tree.h"
#include "common/llm/prompts/values.h"
#include "common/tasks/agent/plan.h"

namespace argosy::codegen {

// Of the smallest window of the models that may be asked: what is shown takes a quarter at most, the rest is for the work.
inline constexpr std::int64_t kWindowsShare = 4;
std::size_t shown_tokens(std::int64_t wanted, std::int64_t smallest_window);

struct Opening {
  std::vector<llm::Untrusted> shown;
  std::string report;  // JSON: each piece with the reason for it, and what was left out and why
};
// Errors: those of the tree.
Result<Opening> opening(const code::SourceTree& tree, const code::Index& index, const tasks::PlanNode& node, std::string_view prompt,
                        std::size_t tokens);

}  // namespace argosy::codegen
