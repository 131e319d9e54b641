// The tree under test: base commit plus patches, copied out of git's reach into a folder that the tests may change as they like.
// One thread.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/core/error.h"
#include "common/vcs/repository.h"
#include "workers/testing/runs/plan.h"

namespace argosy::testing {

struct MadeTree {
  std::unique_ptr<vcs::WorkTree> checkout;  // the same files in git's hands, out of the sandbox's reach
  std::vector<std::string> files;           // sorted
};

// Makes `to` and fills it with the files of `commit` after `patches`, without .git: what tests write can never reach what git reads later.
// Submodules stay empty. Errors: those of vcs; tree_not_written (A).
Result<MadeTree> make_tree(vcs::Repository& repository, const std::string& commit, const std::vector<std::string>& patches,
                           const std::filesystem::path& to);

// The files of a checkout in which git alone has written, copied to `to`, which is made. Errors: those of vcs; tree_not_written (A).
Result<std::vector<std::string>> copy_files(const vcs::WorkTree& checkout, const std::filesystem::path& to);

// A file below `root` as it was, where nothing of the change has run yet; without `bytes` it was not there. Where the change put a link on
// the way it stays as it is: a write through it would be a write elsewhere. Errors: tree_not_written (A), those of write_file_atomic.
Result<void> put_back(const std::filesystem::path& root, const std::string& path, const std::optional<std::string>& bytes);

// A file below `root` that a stranger's program may have written: never through a symbolic link, on the way neither, never a device or a
// pipe, at most `max_bytes`. Empty when there is no such file.
std::string read_untrusted(const std::filesystem::path& root, const std::filesystem::path& file, std::size_t max_bytes);

// Files called *.xml in folders called `folder`, anywhere below `root`, sorted, at most `max`; links are not followed.
std::vector<std::filesystem::path> find_reports(const std::filesystem::path& root, const std::string& folder, std::size_t max);

// Files of that name anywhere below `root`, likewise.
std::vector<std::filesystem::path> find_files(const std::filesystem::path& root, const std::string& name, std::size_t max);

}  // namespace argosy::testing
