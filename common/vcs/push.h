// Commit and push: the one effect of this room that leaves the house. Internal to this room. One thread.
#pragma once

#include <string>

#include "common/vcs/git_tree.h"

namespace argosy::vcs {

// See Repository::commit_and_push.
Result<PushOutcome> commit_and_push(const GitTree& tree, const std::string& base_commit, const std::string& branch,
                                    const CommitRequest& request, const std::string& trailer);

}  // namespace argosy::vcs
