#include "workers/cli/tool/sources/indexed.h"

#include <algorithm>
#include <thread>

namespace argosy::cli {

Result<IndexedFolder> indexed(const std::string& root) {
  ARGOSY_TRY(auto tree, DiskTree::open(root));
  ARGOSY_TRY(auto index, code::Index::build(tree, nullptr, std::max(1u, std::thread::hardware_concurrency())));
  return IndexedFolder{std::move(tree), std::move(index)};
}

}  // namespace argosy::cli
