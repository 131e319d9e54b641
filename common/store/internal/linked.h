// What the calls share that make bytes a task's. Internal to the room; pure.
#pragma once

#include <string>

#include "common/core/error.h"
#include "common/store/internal/rows.h"

namespace argosy::store {

// The 32 bytes of a digest in hex. Error artifact_digest_malformed (B).
Result<std::string> digest_from(const std::string& sha256);
// What link_blob_v1 and its kin answered, as an error when it was not 'linked'.
Result<void> linked(const Rows& rows, std::int64_t task_cap);

}  // namespace argosy::store
