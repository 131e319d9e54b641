// Artifacts whose bytes lie in a bucket: where (schemas/migrations/0058), which task owns them, and what is to be removed there. The bytes
// themselves are put and removed by who calls (common/runtime/artifacts). Blocking, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/store/blobs.h"

namespace argosy::store {

struct Place {
  std::int64_t number = 0;
  bool stored = false;  // an object is there already
};
// Where the bytes of that digest (hex) lie or shall lie. It holds for a day.
Result<Place> place_blob(Database& db, const std::string& sha256);

// After the object was put there: as put_blob() and keep_state(), and error artifact_moved (A) when the place was let go meanwhile.
Result<void> link_placed(Database& db, const BlobLink& link, std::int64_t place, std::int64_t task_cap);
Result<void> keep_placed_state(Database& db, const BlobLink& link, std::int64_t place, std::int64_t lease_epoch, std::int64_t task_cap);

// Lets go of places whose digests nothing names any more. How many were looked at; the batch size means: call again soon.
Result<std::size_t> leave_places(Database& db, std::size_t batch);

struct LeavingBlob {
  std::int64_t place = 0;
  std::string sha256{};
};
// Objects to remove. They are the caller's for ten minutes, then another's unless blobs_left() named them.
Result<std::vector<LeavingBlob>> leaving_blobs(Database& db, std::size_t batch);
Result<void> blobs_left(Database& db, const std::vector<std::int64_t>& places);

}  // namespace argosy::store
