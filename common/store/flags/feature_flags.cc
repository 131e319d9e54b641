#include "common/store/flags/feature_flags.h"

#include <fmt/format.h>

#include "common/core/text.h"
#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"

namespace argosy::store {
namespace {

constexpr int kNoRow = -1;

std::optional<int> percent_from(const Field& field) {
  const auto percent = static_cast<int>(int_from(field));
  return percent == kNoRow ? std::nullopt : std::optional(percent);
}

}  // namespace

Result<std::vector<FlagRow>> feature_flags(Database& db) {
  ARGOSY_TRY(const auto rows, call(db, "feature_flags", Params()));
  std::vector<FlagRow> flags;
  for (const auto& row : rows) {
    flags.push_back({.name = text_from(row[0]),
                     .org = OrgId{uuid_from(row[1])},
                     .percent = static_cast<int>(int_from(row[2])),
                     .changed_at = int_from(row[3]),
                     .changed_by = text_from(row[4]),
                     .reason = text_from(row[5])});
  }
  return flags;
}

Result<std::vector<FlagChange>> feature_flag_changes(Database& db, const std::string& name, int most) {
  ARGOSY_TRY(const auto rows, call(db, "feature_flag_changes", Params().text(name).add(most)));
  std::vector<FlagChange> changes;
  for (const auto& row : rows) {
    changes.push_back({.org = OrgId{uuid_from(row[0])},
                       .before = percent_from(row[1]),
                       .after = percent_from(row[2]),
                       .changed_at = int_from(row[3]),
                       .changed_by = text_from(row[4]),
                       .reason = text_from(row[5])});
  }
  return changes;
}

Result<void> set_feature_flag(Database& db, const std::string& name, const OrgId& org, std::optional<int> percent, const std::string& by,
                              const std::string& reason) {
  Params params;
  params.text(name).add(org.uuid).add(percent.value_or(kNoRow));
  params.text(text::ellipsize(by, kMaxFlagUser)).text(text::ellipsize(reason, kMaxFlagReason)).add(kMostFlagRows);
  ARGOSY_TRY(const auto rows, call(db, "set_feature_flag", params));
  if (!bool_from(rows[0][0]))
    return fail_user("too_many_flags", fmt::format("there are {} settings of flags already", kMostFlagRows),
                     "unset those of organisations that have what all others have");
  return {};
}

}  // namespace argosy::store
