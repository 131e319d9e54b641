// Ledgers that are broken on purpose, each in one function of the schema: runs that pass with all of them would prove nothing. Values.
#pragma once

#include <array>
#include <string_view>

namespace argosy::money {

struct Broken {
  std::string_view name, function, from, to;  // in the function's text
};

inline constexpr std::array<Broken, 11> kBroken{{
    {"what is held counts for nothing", "budget_without_room", "u.spent_nano + u.held_nano + w.nano", "u.spent_nano + w.nano"},
    {"tokens count for nothing", "budget_without_room", "OR u.spent_tokens + u.held_tokens + w.tokens > w.max_tokens", ""},
    {"of many together only the first is looked at", "budget_without_room", "sum(c.nano) AS nano", "min(c.nano) AS nano"},
    {"what is held is told before what is spent", "budget_without_room",
     "coalesce(u.spent_nano + w.nano > w.max_nano OR u.spent_tokens + w.tokens > w.max_tokens, false) DESC,", ""},
    {"only the task's budget is asked", "budgets_of", "b.max_nano IS NOT NULL OR b.max_tokens IS NOT NULL", "false"},
    {"the first cap counts, not the one that names most", "budgets_of", "c.who = '', c.org_id = c_nil", "c.who <> '', c.org_id <> c_nil"},
    {"what is settled twice counts twice", "close_calls", "c.state = 'held' OR c.state = 'expired' AND p_state = 'settled'", "true"},
    {"a late settle comes on top of the charge", "close_calls", "CASE w.state WHEN 'expired' THEN w.was_nano ELSE 0 END", "0"},
    {"what the dead reserved is free", "close_calls", "coalesce(w.nano, c.worst_nano)", "coalesce(w.nano, 0)"},
    {"a call is settled in the day in which it is settled", "budgets_of_calls", "c.reserved_at)", "clock_timestamp())"},
    {"a cap forgets what was spent before", "set_budget_v1", "IF p_scope <> 'task' THEN", "IF false THEN"},
}};

}  // namespace argosy::money
