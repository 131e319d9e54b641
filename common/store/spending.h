// What calls of models cost: reserved before they are made, settled after, against the budgets of task, user, organisation and
// installation. Used by the workers' ledger (common/runtime), ingest, the scheduler and the command line. Blocking, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/core/text/usd.h"
#include "common/store/database.h"

namespace argosy::store {

// What is not settled within its lifetime is charged in full; a step's row must outlive it.
inline constexpr std::int64_t kMostReservationMs = 6 * 3'600'000;

struct Reservation {
  std::string call{};  // made by the caller, unique: reserved twice is reserved once
  OrgId org{};
  std::string user{};  // empty: not known, no user's budget
  StepRef step{};
  std::int16_t attempt = 1;
  std::string model{};
  NanoUsd money = 0;  // the worst case
  std::int64_t tokens = 0;
  std::int64_t lifetime_ms = 600'000;
};
// In one statement; each call in all of its budgets or in none, in their order where not all have room. Errors of a single call:
// budget_exhausted (names the budget, its cap, what is spent and held; B, but A with retry_after where every budget has room beside what is
// spent, so that it only has to be given back), reservation_closed (A: it was settled or charged before; take another name).
Result<std::vector<Result<void>>> reserve_spending(Database& db, std::span<const Reservation> calls);

struct Settlement {
  std::string call{};
  NanoUsd money = 0;  // what it really cost
  std::int64_t tokens = 0;
  std::optional<std::int64_t> input{}, cached{}, cache_written{}, output{}, reasoning{};  // as reported
};
// In one statement. What was settled before stays; what had been charged in full gets the real figure. Errors of a single call:
// reservation_unknown (B).
Result<std::vector<Result<void>>> settle_spending(Database& db, std::span<const Settlement> calls);

// A duty of the scheduler: what nobody settled in time is charged in full. How many were; the batch size or more means: call again soon.
Result<std::size_t> expire_spending(Database& db, std::size_t batch = 256);

enum class BudgetScope : std::uint8_t { all, org, user, task };
enum class BudgetPeriod : std::uint8_t { total, day, month };  // UTC; total: of tasks, and only of them
std::string_view to_string(BudgetScope scope);
std::string_view to_string(BudgetPeriod period);

struct Budget {
  BudgetScope scope = BudgetScope::all;
  OrgId org{};        // nil: every organisation; of `all`: nil
  std::string who{};  // a user, or a task's id; empty: each of them
  BudgetPeriod period = BudgetPeriod::day;
  std::optional<NanoUsd> max_money{};        // nothing: any amount
  std::optional<std::int64_t> max_tokens{};  // likewise
};
struct BudgetUse {
  Budget budget{};
  NanoUsd spent = 0, held = 0;  // now; 0 of those that are for each
  std::int64_t spent_tokens = 0, held_tokens = 0;
};
Result<std::vector<BudgetUse>> list_budgets(Database& db);
// From now on, what was spent before counted in. Where there was no cap, users' and organisations' budgets are counted from the calls that
// are kept; one cap in the place of another goes on with the counts.
Result<void> set_budget(Database& db, const Budget& budget);
// What holds for everybody holds again.
Result<void> remove_budget(Database& db, const Budget& budget);

// What a task's calls may still use, of all budgets that they count in the least; and its own budget as a whole. Nothing: any amount.
struct BudgetLeft {
  std::optional<NanoUsd> money{}, task_money{};
  std::optional<std::int64_t> tokens{}, task_tokens{};
};
Result<BudgetLeft> budget_left(Database& db, const TaskId& task, const OrgId& org, const std::string& user);

enum class UsageGroup : std::uint8_t { task, user, model, day };
std::optional<UsageGroup> usage_group_from(std::string_view text);
struct UsageFilter {
  UsageGroup group = UsageGroup::day;
  UnixMillis from = 0, to = INT64_MAX / 1'000'000;  // by the time of the reservation; `to` itself not
  int limit = 50;
};
struct UsageSum {
  std::string key{};  // a task's id, a user, a model, "2026-01-31"
  std::int64_t calls = 0, held_calls = 0, expired_calls = 0;
  NanoUsd spent = 0, held = 0;
  std::int64_t tokens = 0, input = 0, cached = 0, cache_written = 0, output = 0, reasoning = 0;
};
// Days in their order, else what cost most first.
Result<std::vector<UsageSum>> read_usage(Database& db, const OrgId& org, const UsageFilter& filter);

}  // namespace argosy::store
