// Which models processes found down, told to each other: a hint that costs whoever hears it one call. Used by the runtime's BreakerHints.
// Blocking, any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/store/database.h"

namespace argosy::store {

// A model at a provider: the SHA-256 of its base URL in hex, and its name there.
struct ModelPlace {
  std::string base_url{}, model{};
  auto operator<=>(const ModelPlace&) const = default;
};
struct ModelDown {
  ModelPlace place{};
  std::int64_t for_ms = 0;  // from now on, five minutes at most
};
struct ModelDownHint {
  ModelPlace place{};
  WorkerId told_by{};
  UnixMillis until = 0;  // by the database's clock; with told_by it tells one hint from the next
};
// Tells `ours` and answers what others told and what still holds, at most 256; `self` is this process. Without `ours` nothing is written.
Result<std::vector<ModelDownHint>> share_models_down(Database& db, const WorkerId& self, std::span<const ModelDown> ours);

}  // namespace argosy::store
