// What a planner is told beside the request: the rules that hold, advice by what kind of task it is, and what can be found out for that
// kind without a model. Any thread; blocks for the tree's reads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/code/source_tree.h"
#include "common/llm/prompts/values.h"
#include "common/tasks/agent/plan.h"
#include "common/tasks/constraints.h"

namespace argosy::planning {

inline constexpr std::size_t kMaxWords = 100;  // of the request that look like names

std::string rules(const tasks::Constraints& constraints);
std::string_view advice(tasks::Intent intent);

// Of a task about documents: which mention what the request names (identifiers, paths), and where OpenAPI descriptions lie. Of any other:
// nothing. Errors: those of the tree.
Result<std::vector<llm::Untrusted>> findings_for(tasks::Intent intent, std::string_view request, const code::SourceTree& tree);

}  // namespace argosy::planning
