// A folder of this machine as a Tree, for the command line. What lies in it is not ours: links are not followed, only regular files are
// read, and neither the number of files nor the bytes of one are without a bound. Blocking, any thread.
#pragma once

#include <filesystem>

#include "common/core/error.h"
#include "common/project/tree.h"

namespace argosy::project {

inline constexpr std::size_t kMaxTreeFiles = 200'000;
inline constexpr std::size_t kMaxTreeEntries = 1'000'000;  // looked at, folders and links too
inline constexpr std::size_t kMaxReadBytes = 1u << 20;     // of one file

struct DiskTree {
  Tree tree;
  bool truncated = false;  // there was more than the limits allow; what is nearest to the root was taken
};

// Passes over .git and what tools keep beside the sources (node_modules, .venv, __pycache__, ...). Error (B): folder_not_found.
Result<DiskTree> disk_tree(const std::filesystem::path& folder);

// The first `max_bytes` of a regular file; empty when it is anything else. Never waits on a pipe, never follows a link at its end.
std::string read_regular(const std::filesystem::path& path, std::size_t max_bytes);

}  // namespace argosy::project
