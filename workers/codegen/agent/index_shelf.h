// The newest index of each repository that agents of this process work in: the next commit of it, or the tree behind another step, parses
// only what differs. What this process does not know it asks the store that all workers share, and tells it what was new. Used by Models.
// Thread-safe.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "common/code/index/index.h"
#include "common/code/source_tree.h"
#include "workers/codegen/agent/stored_index.h"

namespace argosy::codegen {

class IndexShelf {
 public:
  // Of all that is kept together; the repositories that were used last stay. An index takes
  // about three bytes for each of the sources' (make bench-index): 10,000 files of usual size are some 200 MB.
  static constexpr std::size_t kMostFiles = 10'000;
  // Names of sources that are gone stay as long as one index is made from the other: after so many the next begins anew.
  static constexpr int kMostInARow = 64;

  // `stored` null: nothing outlives the process.
  explicit IndexShelf(std::unique_ptr<StoredIndexes> stored = nullptr, std::size_t most_files = kMostFiles)
      : stored_(std::move(stored)), most_files_(most_files) {}

  // As code::Index::build(), from what is kept of that repository.
  Result<std::shared_ptr<const code::Index>> build(const IndexPlace& place, const code::SourceTree& tree);

 private:
  struct Kept {
    OrgId org{};
    std::string repository{};
    std::shared_ptr<const code::Index> index{};
    StoredParts stored{};
    int in_a_row = 0;
  };
  Kept newest(const IndexPlace& place);
  void keep(Kept kept);

  const std::unique_ptr<StoredIndexes> stored_;
  const std::size_t most_files_;
  std::mutex mutex_;
  std::list<Kept> kept_;  // used last, first
};

}  // namespace argosy::codegen
