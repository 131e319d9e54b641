// What a planner is shown of a repository before anybody has looked into it. Blocks for the tree's reads; any thread.
#pragma once

#include <string>
#include <vector>

#include "common/code/source_tree.h"
#include "common/llm/prompts/values.h"

namespace argosy::planning {

inline constexpr std::size_t kMaxListedFiles = 1'500, kMaxListedFolders = 400;
inline constexpr std::size_t kMaxReadmeBytes = 6'000, kMaxManifestBytes = 3'000, kMaxManifests = 4;

// Its files, or of more than kMaxListedFiles its folders with how many each holds; what its README and its manifests begin with. All of it
// others' words. Errors: those of the tree.
Result<std::vector<llm::Untrusted>> describe_repository(const code::SourceTree& tree);

}  // namespace argosy::planning
