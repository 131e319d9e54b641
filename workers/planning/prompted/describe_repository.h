// What a planner is shown of a repository before anybody has looked into it. Blocks for the tree's reads; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/code/source_tree.h"
#include "common/llm/prompts/values.h"

namespace argosy::planning {

inline constexpr std::size_t kMaxListedFiles = 1'500, kMaxListedFolders = 400;
inline constexpr std::size_t kMaxReadmeBytes = 6'000, kMaxManifestBytes = 3'000, kMaxManifests = 4;
inline constexpr std::size_t kMapTokens = 4'000;         // of the map of its definitions
inline constexpr std::size_t kMaxMappedSources = 3'000;  // that are parsed for it; those nearest to the root

// Its files, or of more than kMaxListedFiles its folders with how many each holds; a map of the definitions that matter most, those that
// `request` mentions first; what its README and its manifests begin with. All of it others' words. Errors: those of the tree.
Result<std::vector<llm::Untrusted>> describe_repository(const code::SourceTree& tree, std::string_view request);

}  // namespace argosy::planning
