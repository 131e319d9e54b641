// What a model is shown when it shall mend a change: the change, what its gates said of it, and the files that matter. All of it is others'
// words, and bounded. Used by ModelMender. One step, one thread; blocking.
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
  // As they are now: those that the change touched first, then those that the failures name. One that is no text is left out.
  std::vector<llm::Untrusted> files;
  std::vector<llm::Untrusted> feedback;
};

// Errors: those of the artifacts, and of reading the tree.
Result<Material> gather(const runtime::Step& step, const tasks::FixPayload& failed, const code::SourceTree& tree,
                        runtime::StepContext& context);

}  // namespace argosy::codegen
