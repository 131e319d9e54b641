// What an agent is shown when it shall mend a change: the change, what its gates said of it, and the files that matter. All of it is
// others' words, and bounded. Used by AgentRun. One step, one thread; blocking.
#pragma once

#include <vector>

#include "common/code/source_tree.h"
#include "common/llm/prompts/values.h"
#include "common/runtime/handler.h"
#include "common/tasks/testing/fix_round.h"

namespace argosy::codegen {

inline constexpr std::size_t kMostShownFiles = 20, kMostFileBytes = 60'000, kMostFilesBytes = 200'000;
inline constexpr std::size_t kMostPatchBytes = 30'000;  // of each step before this one
inline constexpr std::size_t kMostShownTests = 20;      // that failed, with their messages
inline constexpr std::size_t kMostGateBytes = 10'000;

struct Material {
  std::vector<std::string> paths;  // that the change touched, then those that the failures name
  // As they are now, the first of them; one that is no text is left out.
  std::vector<llm::Untrusted> files;
  std::vector<llm::Untrusted> feedback;
};

// Errors: those of the artifacts, and of reading the tree.
Result<Material> gather(const runtime::Step& step, const tasks::FixPayload& failed, const code::SourceTree& tree,
                        runtime::StepContext& context);

}  // namespace argosy::codegen
