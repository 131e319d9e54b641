// What operators have set of feature flags, and who did so. Which flags there are says common/config/flags.h. Blocking, any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/store/database.h"

namespace argosy::store {

inline constexpr int kMostFlagRows = 10'000;  // every process keeps them in memory
inline constexpr std::size_t kMaxFlagReason = 500, kMaxFlagUser = 200;

struct FlagRow {
  std::string name{};
  OrgId org{};  // nil: every organisation that has no row of its own
  int percent = 0;
  UnixMillis changed_at = 0;
  std::string changed_by{}, reason{};
};
Result<std::vector<FlagRow>> feature_flags(Database& db);

struct FlagChange {
  OrgId org{};
  std::optional<int> before{}, after{};  // nothing: no row
  UnixMillis changed_at = 0;
  std::string changed_by{}, reason{};
};
// The newest first.
Result<std::vector<FlagChange>> feature_flag_changes(Database& db, const std::string& name, int most);

// `percent` nothing takes the row away. Recorded, unless nothing changes. Errors (B): too_many_flags.
Result<void> set_feature_flag(Database& db, const std::string& name, const OrgId& org, std::optional<int> percent, const std::string& by,
                              const std::string& reason);

}  // namespace argosy::store
