#include "tests/money/expected.h"

#include <chrono>

namespace argosy::money {
namespace {

using store::Budget;
using store::BudgetPeriod;
using store::BudgetScope;

constexpr std::pair<BudgetScope, BudgetPeriod> kKinds[] = {{BudgetScope::task, BudgetPeriod::total}, {BudgetScope::user, BudgetPeriod::day},
                                                           {BudgetScope::user, BudgetPeriod::month}, {BudgetScope::org, BudgetPeriod::day},
                                                           {BudgetScope::org, BudgetPeriod::month},  {BudgetScope::all, BudgetPeriod::day},
                                                           {BudgetScope::all, BudgetPeriod::month}};

// How exactly a cap names the payer; nothing when it means somebody else.
std::optional<int> closeness(const Budget& cap, const Call& call) {
  if (cap.scope == BudgetScope::all) return 0;
  if (cap.org != OrgId{} && cap.org != call.org) return std::nullopt;
  const auto& who = cap.scope == BudgetScope::user ? call.user : call.task.to_string();
  if (!cap.who.empty() && cap.who != who) return std::nullopt;
  return (cap.org != OrgId{} ? 1 : 0) + (cap.who.empty() ? 0 : 2);
}

bool fits(const llm::Spend& sum, const Budget& cap) {
  return (!cap.max_money || sum.money <= *cap.max_money) && (!cap.max_tokens || sum.tokens <= *cap.max_tokens);
}

}  // namespace

std::int64_t period_number(BudgetPeriod period, UnixMillis at) {
  const std::chrono::sys_days day = std::chrono::floor<std::chrono::days>(std::chrono::sys_time(std::chrono::milliseconds(at)));
  if (period == BudgetPeriod::total) return 0;
  if (period == BudgetPeriod::day) return day.time_since_epoch().count();
  const std::chrono::year_month_day date(day);
  return (static_cast<int>(date.year()) - 1970) * 12 + static_cast<int>(static_cast<unsigned>(date.month())) - 1;
}

Account Expected::account(const Call& call, BudgetScope scope, BudgetPeriod period, UnixMillis at) {
  const std::string owner = scope == BudgetScope::task   ? call.task.to_string()
                            : scope == BudgetScope::user ? call.org.to_string() + call.user
                            : scope == BudgetScope::org  ? call.org.to_string()
                                                         : "";
  return {scope, owner, period, period_number(period, at)};
}

std::vector<std::pair<Account, Budget>> Expected::caps_of(const Call& call, UnixMillis now) const {
  std::vector<std::pair<Account, Budget>> found;
  for (const auto& [scope, period] : kKinds) {
    const Budget* best = nullptr;
    for (const auto& cap : caps) {
      if (cap.scope != scope || cap.period != period || !closeness(cap, call)) continue;
      if (best == nullptr || *closeness(cap, call) > *closeness(*best, call)) best = &cap;
    }
    if (best != nullptr) found.emplace_back(account(call, scope, period, now), *best);
  }
  return found;
}

template <class Figure>
llm::Spend Expected::sum(const Account& wanted, Figure figure) const {
  llm::Spend all;
  for (const auto& call : calls) {
    if (call.state == Call::State::unknown || account(call, std::get<0>(wanted), std::get<2>(wanted), call.reserved_at) != wanted) continue;
    const llm::Spend one = figure(call);
    all.money += one.money;
    all.tokens += one.tokens;
  }
  return all;
}

llm::Spend Expected::charged(const Account& wanted, bool held_only) const {
  return sum(wanted, [&](const Call& call) { return held_only && call.state != Call::State::held ? llm::Spend{} : call.charge; });
}

llm::Spend Expected::may_cost(const Account& wanted) const {
  return sum(wanted, [](const Call& call) { return call.may_cost; });
}

bool Expected::has_room(const Call& call, UnixMillis now) const {
  for (const auto& [where, cap] : caps_of(call, now)) {
    const auto used = charged(where);
    if (!fits({.money = used.money + call.worst.money, .tokens = used.tokens + call.worst.tokens}, cap)) return false;
  }
  return true;
}

bool Expected::may_have_room_later(const Call& call, UnixMillis now) const {
  for (const auto& [where, cap] : caps_of(call, now)) {
    const auto used = charged(where), held = charged(where, true);
    if (!fits({.money = used.money - held.money + call.worst.money, .tokens = used.tokens - held.tokens + call.worst.tokens}, cap))
      return false;
  }
  return true;
}

bool Expected::is_safe(const Call& call, UnixMillis now) const {
  for (const auto& [where, cap] : caps_of(call, now))
    if (!fits(may_cost(where), cap)) return false;
  return true;
}

}  // namespace argosy::money
