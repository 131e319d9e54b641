// What a planner of documents is told without a model: what users of the repository see otherwise since its last release, and which
// documents speak of it. Reads history within bounds. One thread; blocking.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/code/source_tree.h"
#include "common/llm/prompts/values.h"
#include "common/vcs/repository.h"
#include "workers/planning/changes/change.h"
#include "workers/planning/changes/mentions.h"

namespace argosy::planning {

inline constexpr std::size_t kMaxComparedFiles = 300;  // of those that differ; descriptions of APIs first
inline constexpr std::size_t kMaxChanges = 200;        // that are looked for in documents, and told

struct SinceRelease {
  vcs::Earlier from{};  // nothing: `commit` is empty
  std::vector<Change> changes{};
  std::vector<Mention> mentions{};
  std::vector<std::string> unread{};  // descriptions that differ and could not be read
  bool cut = false;                   // there is more than was looked at
};

// `tree` holds the files of `commit`. `cancelled` ends it between two files. Errors: cancelled (A), those of the repository and the tree.
Result<SinceRelease> since_release(vcs::Repository& repository, const std::string& commit, const code::SourceTree& tree,
                                   const std::function<bool()>& cancelled);

// For the model that plans: all of it others' words. Empty when nothing was found.
std::vector<llm::Untrusted> findings_of(const SinceRelease& since);

}  // namespace argosy::planning
