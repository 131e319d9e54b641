// A folder with its index. Used by this folder. Blocking, one thread.
#pragma once

#include <memory>
#include <string>

#include "common/code/index/index.h"
#include "workers/cli/tool/disk_tree.h"

namespace argosy::cli {

struct IndexedFolder {
  DiskTree tree;
  std::shared_ptr<const code::Index> index;
};
// Errors (B): root_unreadable, root_too_large.
Result<IndexedFolder> indexed(const std::string& root);

}  // namespace argosy::cli
