// Indexes of repositories that all workers share, in Postgres: what one of them has parsed no other needs to. Never across organisations or
// repositories. Whatever goes wrong here is logged and costs a parse, never an index. Used by IndexShelf. Thread-safe; blocks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "common/code/index/index.h"
#include "common/code/index/piece.h"
#include "common/core/ids.h"
#include "common/store/database.h"
#include "common/telemetry/metrics.h"

namespace argosy::codegen {

// Whose index it is. What steps have made of a commit counts as the commit: nearly all of it is the same.
struct IndexPlace {
  OrgId org{};
  std::string repository{};  // its id
  std::string commit{};
};

// What is kept of a repository, as this process knows it.
struct StoredParts {
  std::string commit{};               // whose index these pieces are; empty: nobody's
  std::vector<std::string> pieces{};  // by digest
  std::unordered_set<std::uint64_t> keys{};
};

class StoredIndexes {
 public:
  // At most `max_bytes` of an organisation.
  StoredIndexes(std::shared_ptr<store::Database> db, std::int64_t max_bytes, telemetry::Metrics& metrics);

  struct Loaded {
    code::StoredTags tags;
    StoredParts parts;
  };
  // Of the commit, or what is nearest. Damaged pieces are left out, and made again with the next save().
  Loaded load(const IndexPlace& place);
  // Adds what is not yet kept; `parts`, what is known to be, is brought up to date. More than kMostPieces, or more than half of what they
  // hold gone from the sources: all anew.
  void save(const IndexPlace& place, const code::Index& index, StoredParts& parts);

 private:
  Result<Loaded> loaded(const IndexPlace& place);
  Result<void> saved(const IndexPlace& place, const code::Index& index, StoredParts& parts);

  const std::shared_ptr<store::Database> db_;
  const std::int64_t max_bytes_;
  telemetry::Counter& parsed_;
  telemetry::Counter& known_;
};

}  // namespace argosy::codegen
