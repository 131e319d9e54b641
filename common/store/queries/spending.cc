#include <algorithm>
#include <array>

#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"
#include "common/store/spending.h"

namespace argosy::store {
namespace {

constexpr std::array<std::string_view, 4> kScopes{"all", "org", "user", "task"};
constexpr std::array<std::string_view, 3> kPeriods{"total", "day", "month"};
constexpr std::array<std::string_view, 4> kGroups{"task", "user", "model", "day"};

template <class Enum, std::size_t N>
std::optional<Enum> from(const std::array<std::string_view, N>& names, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == text) return static_cast<Enum>(i);
  return std::nullopt;
}

std::optional<std::int64_t> cap_from(const Field& field) {
  const auto value = int_from(field);
  return value < 0 ? std::nullopt : std::optional(value);
}

Result<void> set(Database& db, const Budget& budget, bool remove) {
  Params params;
  params.add(budget.org.uuid).text(budget.who).text(to_string(budget.scope)).text(to_string(budget.period));
  params.add(budget.max_money.value_or(-1)).add(budget.max_tokens.value_or(-1)).add(remove);
  ARGOSY_TRY_VOID(call(db, "set_budget", params));
  return {};
}

}  // namespace

std::string_view to_string(BudgetScope scope) { return kScopes[static_cast<std::size_t>(scope)]; }
std::string_view to_string(BudgetPeriod period) { return kPeriods[static_cast<std::size_t>(period)]; }
std::optional<UsageGroup> usage_group_from(std::string_view text) { return from<UsageGroup>(kGroups, text); }

Result<BudgetLeft> budget_left(Database& db, const TaskId& task, const OrgId& org, const std::string& user) {
  ARGOSY_TRY(const auto rows, call(db, "budget_left", Params().add(task.uuid).add(org.uuid).text(user)));
  BudgetLeft left;
  const auto least = [](std::optional<std::int64_t>& sum, const std::optional<std::int64_t>& cap, std::int64_t used) {
    if (cap) sum = std::min(sum.value_or(*cap), std::max<std::int64_t>(0, *cap - used));
  };
  for (const auto& row : rows) {
    const auto money = cap_from(row[1]), tokens = cap_from(row[2]);
    least(left.money, money, int_from(row[3]));
    least(left.tokens, tokens, int_from(row[4]));
    if (text_from(row[0]) != to_string(BudgetScope::task)) continue;
    left.task_money = money;
    left.task_tokens = tokens;
  }
  return left;
}

Result<std::vector<BudgetUse>> list_budgets(Database& db) {
  ARGOSY_TRY(const auto rows, call(db, "list_budgets", Params()));
  std::vector<BudgetUse> budgets;
  for (const auto& row : rows)
    budgets.push_back({.budget = {.scope = from<BudgetScope>(kScopes, text_from(row[2])).value_or(BudgetScope::all),
                                  .org = OrgId{uuid_from(row[0])},
                                  .who = text_from(row[1]),
                                  .period = from<BudgetPeriod>(kPeriods, text_from(row[3])).value_or(BudgetPeriod::total),
                                  .max_money = cap_from(row[4]),
                                  .max_tokens = cap_from(row[5])},
                       .spent = int_from(row[6]),
                       .held = int_from(row[7]),
                       .spent_tokens = int_from(row[8]),
                       .held_tokens = int_from(row[9])});
  return budgets;
}

Result<void> set_budget(Database& db, const Budget& budget) { return set(db, budget, false); }
Result<void> remove_budget(Database& db, const Budget& budget) { return set(db, budget, true); }

Result<std::vector<UsageSum>> read_usage(Database& db, const OrgId& org, const UsageFilter& filter) {
  Params params;
  params.add(org.uuid).text(kGroups[static_cast<std::size_t>(filter.group)]).add(filter.from).add(filter.to).add(filter.limit);
  ARGOSY_TRY(const auto rows, call(db, "read_usage", params));
  std::vector<UsageSum> sums;
  for (const auto& row : rows)
    sums.push_back({.key = text_from(row[0]),
                    .calls = int_from(row[1]),
                    .held_calls = int_from(row[2]),
                    .expired_calls = int_from(row[3]),
                    .spent = int_from(row[4]),
                    .held = int_from(row[5]),
                    .tokens = int_from(row[6]),
                    .input = int_from(row[7]),
                    .cached = int_from(row[8]),
                    .cache_written = int_from(row[9]),
                    .output = int_from(row[10]),
                    .reasoning = int_from(row[11])});
  return sums;
}

}  // namespace argosy::store
