// The tree under test: base commit plus patches, copied out of git's reach into a folder that the tests may change as they like.
// One thread.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "common/core/error.h"
#include "common/vcs/repository.h"
#include "workers/testing/plan.h"

namespace argosy::testing {

// Makes `to` and fills it with the files of `commit` after `patches`, without .git: what tests write can never reach what git reads later.
// Submodules stay empty. Returns the files. Errors: those of vcs; tree_not_written (A).
Result<std::vector<std::string>> make_tree(vcs::Repository& repository, const std::string& commit, const std::vector<std::string>& patches,
                                           const std::filesystem::path& to);

// A file that the tests may have written: never through a symbolic link, never a device or a pipe, at most `max_bytes`. Empty when there is
// no such file.
std::string read_untrusted(const std::filesystem::path& path, std::size_t max_bytes);

// Files called *.xml in folders called `folder`, anywhere below `root`, sorted, at most `max`; links are not followed.
std::vector<std::filesystem::path> find_reports(const std::filesystem::path& root, const std::string& folder, std::size_t max);

}  // namespace argosy::testing
