#include "common/core/json.h"
#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"
#include "common/store/plans/plans.h"

namespace argosy::store {
namespace {

constexpr json::ParseLimits kStepsLimits{.max_bytes = 64u << 20};  // payloads of what a plan made itself

std::optional<std::int16_t> ordinal_or_none(const json::Value& value, std::string_view key) {
  const auto ordinal = value.int_or(key, -1);
  return ordinal < 0 ? std::nullopt : std::optional(static_cast<std::int16_t>(ordinal));
}

std::vector<std::int16_t> ordinals(const json::Value& value, std::string_view key) {
  std::vector<std::int16_t> all;
  for (const auto& one : value.array_or_empty(key)) all.push_back(static_cast<std::int16_t>(one.as_int()));
  return all;
}

}  // namespace

Result<std::optional<FollowedPlan>> read_followed_plan(Database& db, const OrgId& org, const TaskId& task) {
  ARGOSY_TRY(const auto rows, call(db, "read_plan", Params().add(org.uuid).add(task.uuid)));
  if (rows.empty()) return std::nullopt;
  FollowedPlan plan{.step = static_cast<std::int16_t>(int_from(rows[0][0])),
                    .output = text_from(rows[0][1]),
                    .highest = static_cast<std::int16_t>(int_from(rows[0][2]))};
  ARGOSY_TRY(plan.own, tasks::constraints_from(text_from(rows[0][3])));
  ARGOSY_TRY(const auto steps, json::parse(text_from(rows[0][4]), kStepsLimits));
  for (const auto& one : steps.as_array())
    plan.steps.push_back({.ordinal = static_cast<std::int16_t>(one.int_or("ordinal", 0)),
                          .kind = one.string_or("kind", ""),
                          .payload = one.string_or("payload", ""),
                          .begun = one.bool_or("begun", false),
                          .added_by = ordinal_or_none(one, "added_by"),
                          .stands_for = ordinal_or_none(one, "stands_for"),
                          .depends_on = ordinals(one, "depends_on"),
                          .inputs = ordinals(one, "inputs")});
  return plan;
}

Result<tasks::Constraints> read_own_constraints(Database& db, const TaskId& task) {
  ARGOSY_TRY(const auto rows, call(db, "read_own_constraints", Params().add(task.uuid)));
  return tasks::constraints_from(rows.empty() || rows[0][0].is_null() ? "{}" : text_from(rows[0][0]));
}

}  // namespace argosy::store
